using System.Text.Json;
using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Samples.Films;

/// <summary>A question about films: one LINQ query that runs on a collection as on a list in memory.</summary>
public abstract class FilmQuestion(string text)
{
    /// <summary>The question in words.</summary>
    public string Text { get; } = text;

    /// <summary>Runs the query.</summary>
    public abstract FilmAnswer Ask(IQueryable<Film> films);

    /// <summary>How the query runs on a collection.</summary>
    public abstract string Explain(IQueryable<Film> films);
}

/// <summary>Rows of an answer, as lines to show and as values to compare.</summary>
/// <param name="Lines">One line a row.</param>
/// <param name="Values">All values of all rows, as JSON.</param>
public sealed record FilmAnswer(IReadOnlyList<string> Lines, string Values);

/// <summary>A question whose answer has rows of one type.</summary>
internal sealed class FilmQuestion<TRow>(
    string text, Func<IQueryable<Film>, IQueryable<TRow>> query, Func<TRow, string> show)
    : FilmQuestion(text)
{
    /// <inheritdoc/>
    public override FilmAnswer Ask(IQueryable<Film> films)
    {
        var rows = query(films).ToList();
        return new FilmAnswer([.. rows.Select(show)], JsonSerializer.Serialize(rows));
    }

    /// <inheritdoc/>
    public override string Explain(IQueryable<Film> films) => query(films).Explain(analyze: true).ToString();
}

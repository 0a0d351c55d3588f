namespace Abc.VMem.Db.Samples.Films;

/// <summary>
/// What a person would ask a catalogue of films. Every answer has a whole order, so that it can be compared.
/// </summary>
public static class FilmQuestions
{
    /// <summary>The questions, with words that have answers in these films.</summary>
    public static IReadOnlyList<FilmQuestion> All(FilmWords words) =>
    [
        OfYear(1994),
        OfActor(words.Actor),
        OfBoth(words.Actor, words.Partner),
        WithPrefix(words.Prefix),
        Newest("Western", 10),
        OfYearsAndGenre(1939, 1945, "War"),
        Describing(words.Phrase),
        PerDecade(),
        Busiest(1950, 1959, 5),
    ];

    private static FilmQuestion<string> OfYear(int year) =>
        new($"Which films are of {year}?",
            films => films.Where(f => f.Year == year).OrderBy(f => f.Title).ThenBy(f => f.Id).Select(f => f.Title),
            title => title);

    private static FilmQuestion<Film> OfActor(string actor) =>
        new($"In which films does {actor} play?",
            films => films.Where(f => f.Cast.Contains(actor)).OrderBy(f => f.Year).ThenBy(f => f.Id),
            film => $"{film.Year}  {film.Title}");

    private static FilmQuestion<Film> OfBoth(string actor, string partner) =>
        new($"And in which of them with {partner}?",
            films => films
                .Where(f => f.Cast.Contains(actor) && f.Cast.Contains(partner))
                .OrderBy(f => f.Year).ThenBy(f => f.Id),
            film => $"{film.Year}  {film.Title}");

    private static FilmQuestion<string> WithPrefix(string prefix) =>
        new($"Which titles start with \"{prefix}\"?",
            films => films
                .Where(f => f.Title.StartsWith(prefix, StringComparison.Ordinal))
                .OrderBy(f => f.Title).ThenBy(f => f.Id)
                .Select(f => f.Title),
            title => title);

    private static FilmQuestion<Film> Newest(string genre, int count) =>
        new($"Which are the newest {count} films of the genre {genre}?",
            films => films
                .Where(f => f.Genres.Contains(genre))
                .OrderByDescending(f => f.Year).ThenBy(f => f.Title).ThenBy(f => f.Id)
                .Take(count),
            film => $"{film.Year}  {film.Title}");

    private static FilmQuestion<Film> OfYearsAndGenre(int first, int last, string genre) =>
        new($"Which films of the genre {genre} are of {first} to {last}?",
            films => films
                .Where(f => f.Year >= first && f.Year <= last && f.Genres.Contains(genre))
                .OrderBy(f => f.Year).ThenBy(f => f.Title).ThenBy(f => f.Id),
            film => $"{film.Year}  {film.Title}");

    /// <summary>
    /// No index helps here: every description is looked at, on the stored bytes where that is possible.
    /// </summary>
    private static FilmQuestion<Film> Describing(string phrase) =>
        new($"Which descriptions say \"{phrase}\"?",
            films => films
                .Where(f => f.Extract != null && f.Extract.Contains(phrase))
                .OrderBy(f => f.Year).ThenBy(f => f.Id),
            film => $"{film.Year}  {film.Title}");

    private static FilmQuestion<Tally<int>> PerDecade() =>
        new("How many films has each decade?",
            films => films
                .GroupBy(f => f.Year / 10 * 10)
                .Select(decade => new Tally<int>(decade.Key, decade.Count()))
                .OrderBy(tally => tally.Of),
            tally => $"{tally.Of}s  {tally.Films:N0}");

    private static FilmQuestion<Tally<string>> Busiest(int first, int last, int count) =>
        new($"Who played in the most films of {first} to {last}?",
            films => films
                .Where(f => f.Year >= first && f.Year <= last)
                .SelectMany(f => f.Cast)
                .GroupBy(actor => actor)
                .Select(actor => new Tally<string>(actor.Key, actor.Count()))
                .OrderByDescending(tally => tally.Films).ThenBy(tally => tally.Of)
                .Take(count),
            tally => $"{tally.Films,3}  {tally.Of}");
}

/// <summary>A number of films.</summary>
internal sealed record Tally<T>(T Of, int Films);

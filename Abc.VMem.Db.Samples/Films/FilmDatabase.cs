namespace Abc.VMem.Db.Samples.Films;

/// <summary>The films in a database: loaded whole or not at all.</summary>
public static class FilmDatabase
{
    private const string CollectionName = "films";
    private const int BatchSize = 1_000;

    /// <summary>The films.</summary>
    public static DocumentCollection<Film> Films(VMemDatabase database) => database.GetCollection<Film>(CollectionName);

    /// <summary>Identity of the source whose films are loaded; null when none are.</summary>
    public static string? LoadedFrom(VMemDatabase database) =>
        database.GetMap<string, string>("about").TryGetValue("source", out var identity) ? identity : null;

    /// <summary>
    /// Loads the films of a source in one transaction: a broken file, a cancellation or a crash leaves none of them.
    /// </summary>
    /// <returns>Number of films.</returns>
    /// <exception cref="FilmFileException">The source is broken.</exception>
    public static int Load(
        VMemDatabase database, IFilmSource source, Action<double> progress, CancellationToken cancellation)
    {
        using var transaction = database.BeginTransaction();
        var films = transaction.GetCollection<Film>(CollectionName);
        var count = 0;
        foreach (var batch in source.Read(progress).Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            films.InsertMany(batch);
            count += batch.Length;
        }

        transaction.GetMap<string, string>("about")["source"] = source.Identity;
        transaction.Commit();
        return count;
    }

    /// <summary>The indexes that the questions use.</summary>
    public static IReadOnlyList<FilmIndex> Indexes(VMemDatabase database)
    {
        var films = Films(database);
        return
        [
            new("year", (options, cancellation) => films.EnsureIndex(f => f.Year, options, cancellation)),
            new("title", (options, cancellation) => films.EnsureIndex(f => f.Title, options, cancellation)),
            new("genres", (options, cancellation) => films.EnsureIndex(f => f.Genres, options, cancellation)),
            new("cast", (options, cancellation) => films.EnsureIndex(f => f.Cast, options, cancellation)),
        ];
    }
}

/// <summary>An index on one member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Ensure">Builds the index in one transaction; false, at once, when it is there.</param>
public sealed record FilmIndex(string Member, Func<IndexOptions, CancellationToken, bool> Ensure);

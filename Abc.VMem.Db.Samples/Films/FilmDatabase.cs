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

    /// <summary>
    /// The indexes that the questions use, each with the step that builds it. A built one costs nothing.
    /// </summary>
    public static IReadOnlyList<(string Name, Action Ensure)> Indexes(VMemDatabase database)
    {
        var films = Films(database);
        return
        [
            ("year", () => films.EnsureIndex(f => f.Year)),
            ("title", () => films.EnsureIndex(f => f.Title)),
            ("genres", () => films.EnsureIndex(f => f.Genres)),
            ("cast", () => films.EnsureIndex(f => f.Cast)),
        ];
    }
}

namespace Abc.VMem.Db.Samples.Films;

/// <summary>Chooses where the films come from.</summary>
public static class FilmSources
{
    private const string Catalogue = "shared/data/movies.jsonl.gz";

    /// <summary>
    /// The given file; else the catalogue in a "shared" folder beside a parent folder; else made-up films.
    /// </summary>
    /// <exception cref="FilmFileException">The given file does not exist.</exception>
    public static IFilmSource Choose(FileInfo? given)
    {
        if (given is not null)
        {
            return new FilmFile(given.FullName);
        }

        return FindCatalogue() is { } path ? new FilmFile(path) : new MadeUpFilms();
    }

    /// <summary>Path of the catalogue of real films, or null where it is not there.</summary>
    public static string? FindCatalogue() =>
        Parents(Environment.CurrentDirectory).Concat(Parents(AppContext.BaseDirectory))
            .Select(folder => Path.Combine(folder, Catalogue))
            .FirstOrDefault(File.Exists);

    private static IEnumerable<string> Parents(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }
}

namespace Abc.VMem.Db.Samples.Films;

/// <summary>Where films come from.</summary>
public interface IFilmSource
{
    /// <summary>What to call it when it is shown.</summary>
    string Name { get; }

    /// <summary>Name and size: what a database remembers of where its films came from.</summary>
    string Identity { get; }

    /// <summary>Name of the database's file, without folder and extension.</summary>
    string DatabaseName { get; }

    /// <summary>Words that have answers in these films.</summary>
    FilmWords Words { get; }

    /// <summary>The films, each read when it is asked for.</summary>
    /// <param name="progress">Told how far it is, 0..1.</param>
    /// <exception cref="FilmFileException">The source is broken; what was read so far is no whole
    /// catalogue.</exception>
    IEnumerable<Film> Read(Action<double> progress);
}

/// <summary>Words that the questions use.</summary>
/// <param name="Actor">Someone who plays in many films.</param>
/// <param name="Partner">Someone who plays with the actor in some.</param>
/// <param name="Prefix">What several titles start with.</param>
/// <param name="Phrase">What a few descriptions say.</param>
public sealed record FilmWords(string Actor, string Partner, string Prefix, string Phrase)
{
    /// <summary>Words for the catalogue of real films.</summary>
    public static FilmWords OfCatalogue { get; } = new("John Wayne", "Maureen O'Hara", "Star ", "time travel");
}

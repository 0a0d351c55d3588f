namespace Abc.VMem.Db.Samples.Films;

/// <summary>A film, as the catalogue has it: a plain class is a document.</summary>
public sealed class Film
{
    /// <summary>Key of the document; the catalogue gives it.</summary>
    public required int Id { get; init; }

    public required string Title { get; init; }

    public required int Year { get; init; }

    public List<string> Cast { get; init; } = [];

    public List<string> Genres { get; init; } = [];

    /// <summary>Last part of the film's address in the encyclopedia, when it has a page there.</summary>
    public string? Href { get; init; }

    /// <summary>First sentences of that page.</summary>
    public string? Extract { get; init; }

    public string? Thumbnail { get; init; }

    public int? ThumbnailWidth { get; init; }

    public int? ThumbnailHeight { get; init; }
}

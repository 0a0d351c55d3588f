namespace Abc.VMem.Db;

/// <summary>How an index is made.</summary>
public sealed record IndexOptions
{
    /// <summary>Whether two documents can't share a value; any number may have a null.</summary>
    public bool Unique { get; init; }

    /// <summary>Name of the index; by default its paths joined with "_".</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Receives progress while the index is built over documents that are there; called on the building thread.
    /// </summary>
    public IProgress<IndexProgress>? Progress { get; init; }
}

/// <summary>How far the building of an index is.</summary>
/// <param name="DocumentsRead">Documents read so far.</param>
/// <param name="Documents">Documents in the collection.</param>
/// <param name="EntriesWritten">Entries written so far; 0 while documents are read.</param>
/// <param name="Entries">Entries found so far; all of them once the last document is read.</param>
public readonly record struct IndexProgress(long DocumentsRead, long Documents, long EntriesWritten, long Entries);

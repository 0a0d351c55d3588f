namespace Abc.VMem.Db;

/// <summary>How far a load of many documents or entries is.</summary>
/// <param name="ItemsRead">Documents or entries taken from the sequence so far.</param>
/// <param name="EntriesWritten">Entries written so far, to the map itself and to indexes.</param>
/// <param name="Entries">Entries found so far; all of them once the sequence has ended.</param>
public readonly record struct LoadProgress(long ItemsRead, long EntriesWritten, long Entries);

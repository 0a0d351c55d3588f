namespace Abc.VMem.Db;

/// <summary>What a compaction came to.</summary>
/// <param name="BytesBefore">Bytes of the file before.</param>
/// <param name="BytesAfter">Bytes of the file after. A snapshot that is still open can keep it from being cut.</param>
/// <param name="PagesMoved">Pages that found a new place.</param>
public sealed record CompactReport(long BytesBefore, long BytesAfter, long PagesMoved);

/// <summary>How far a compaction is.</summary>
/// <param name="Structure">What is being gone through, such as "collection 'people'".</param>
/// <param name="PagesMoved">Pages that have found a new place so far; 0 when a new file is written.</param>
/// <param name="FileBytes">Bytes of the file now.</param>
public readonly record struct CompactProgress(string Structure, long PagesMoved, long FileBytes);

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Walks a range of a map's keys. Holds no pin between two moves: it copies one leaf at a time. Survives changes made
/// through the same writer: it then seeks its last key again. Not thread-safe.
/// </summary>
internal sealed class MapScan : IDisposable
{
    /// <summary>Prepares a walk over the keys in [from, to), null = unbounded; no page is read before the first move.</summary>
    public MapScan(PageReader pages, StateAddress state, ReadOnlyMemory<byte>? from, ReadOnlyMemory<byte>? to, bool descending) => throw new NotImplementedException();

    /// <summary>Current key; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => throw new NotImplementedException();

    /// <summary>Current value, overflow assembled; valid until the next move.</summary>
    public ReadOnlySpan<byte> Value => throw new NotImplementedException();

    /// <summary>Moves to the next entry; false at the end.</summary>
    public bool MoveNext() => throw new NotImplementedException();

    /// <summary>Jumps forward: the next move goes to the first key ≥ the given one (descending: ≤).</summary>
    public void SeekTo(ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>Returns the buffers.</summary>
    public void Dispose() => throw new NotImplementedException();
}

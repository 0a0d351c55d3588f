namespace Abc.VMem.Db.Indexes;

/// <summary>Where an entry stands in an <see cref="EntrySet"/>.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="PartsLength">Bytes of its parts; the primary key follows.</param>
/// <param name="HasNull">Whether a part is null.</param>
/// <param name="Head">Its first eight bytes, big-endian, zero padded: decides most comparisons.</param>
internal readonly record struct IndexEntry(int Offset, ushort Length, ushort PartsLength, bool HasNull, ulong Head)
{
    /// <summary>Memory of one of these, in bytes.</summary>
    public const int MemoryBytes = 24;
}

/// <summary>Order of entries by their bytes.</summary>
internal readonly struct IndexEntryComparer(byte[] bytes) : IComparer<IndexEntry>
{
    /// <inheritdoc/>
    public int Compare(IndexEntry x, IndexEntry y) => x.Head != y.Head
        ? x.Head.CompareTo(y.Head)
        : bytes.AsSpan(x.Offset, x.Length).SequenceCompareTo(bytes.AsSpan(y.Offset, y.Length));
}

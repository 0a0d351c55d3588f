using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// What a query runs on: one collection as of one moment. Takes a snapshot when its collection belongs to the database
/// itself, else reads in the collection's transaction or snapshot. Holds no pin between two calls. Not thread-safe.
/// </summary>
internal sealed class CollectionReader : IDisposable
{
    /// <summary>The collection as this reader's moment knows it.</summary>
    public CollectionDefinition Definition => throw new NotImplementedException();

    /// <summary>Whether it reads inside a write transaction: a query then collects its keys first (no Halloween problem).</summary>
    public bool IsInTransaction => throw new NotImplementedException();

    /// <summary>Documents in the collection, O(1).</summary>
    public long Count => throw new NotImplementedException();

    /// <summary>Documents decoded or filtered through this reader so far.</summary>
    public long DocumentsRead => throw new NotImplementedException();

    /// <summary>Index entries read through this reader so far.</summary>
    public long IndexEntriesRead => throw new NotImplementedException();

    /// <summary>Walks documents in key order.</summary>
    public DocumentScan Scan(KeyRange range, bool descending) => throw new NotImplementedException();

    /// <summary>Walks entries of an index in their order.</summary>
    public IndexScan ScanIndex(IndexDefinition index, KeyRange range, bool descending) => throw new NotImplementedException();

    /// <summary>Fetches the document with an encoded primary key; false when there is none.</summary>
    public bool TryFetch(ReadOnlySpan<byte> primaryKey, ValueBuffer document) => throw new NotImplementedException();

    /// <summary>Number of documents in a range of primary keys; reads no document.</summary>
    public long CountRange(KeyRange range) => throw new NotImplementedException();

    /// <summary>Number of entries in a range of an index; reads no document.</summary>
    public long CountRange(IndexDefinition index, KeyRange range) => throw new NotImplementedException();

    /// <summary>Ends the read.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Walks documents in key order; spans are valid until the next move.</summary>
internal sealed class DocumentScan : IDisposable
{
    /// <summary>Encoded primary key.</summary>
    public ReadOnlySpan<byte> Key => throw new NotImplementedException();

    /// <summary>The document's MessagePack bytes (decompressed, overflow assembled).</summary>
    public ReadOnlyMemory<byte> Document => throw new NotImplementedException();

    /// <summary>Moves on; false at the end.</summary>
    public bool MoveNext() => throw new NotImplementedException();

    /// <summary>Ends the walk.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Walks entries of an index in their order; spans are valid until the next move.</summary>
internal sealed class IndexScan : IDisposable
{
    /// <summary>The whole entry: parts, then primary key.</summary>
    public ReadOnlySpan<byte> Entry => throw new NotImplementedException();

    /// <summary>The encoded parts.</summary>
    public ReadOnlySpan<byte> Parts => throw new NotImplementedException();

    /// <summary>The encoded primary key.</summary>
    public ReadOnlySpan<byte> PrimaryKey => throw new NotImplementedException();

    /// <summary>Moves on; false at the end.</summary>
    public bool MoveNext() => throw new NotImplementedException();

    /// <summary>Jumps forward: the next move goes to the first entry ≥ the given one (descending: ≤).</summary>
    public void SeekTo(ReadOnlySpan<byte> entry) => throw new NotImplementedException();

    /// <summary>Ends the walk.</summary>
    public void Dispose() => throw new NotImplementedException();
}

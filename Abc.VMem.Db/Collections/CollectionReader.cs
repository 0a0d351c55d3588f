using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// What a query runs on: one collection as of one moment. Takes a snapshot when its collection belongs to the database
/// itself, else reads in the collection's transaction or snapshot. Holds no pin between two calls. Not thread-safe.
/// </summary>
internal sealed class CollectionReader : IDisposable
{
    private readonly DatabaseContext _context;
    private readonly PageReader _pages;

    // The reader that entered the scope: the scope is left when the last one that shares it ends.
    private readonly CollectionReader? _first;
    private int _users = 1;
    private bool _isDisposed;
    private long _documentsRead;
    private long _indexEntriesRead;

    /// <summary>Opens a collection; the reader owns the entered scope from here on.</summary>
    public CollectionReader(DatabaseContext context, PageReader pages, CollectionDefinition definition) =>
        (_context, _pages, Definition) = (context, pages, definition);

    private CollectionReader(CollectionReader first, CollectionDefinition definition)
        : this(first._context, first._pages, definition) => _first = first;

    /// <summary>The collection as this reader's moment knows it; version 0 when it is not stored yet.</summary>
    public CollectionDefinition Definition { get; }

    /// <summary>
    /// Whether it reads inside a write transaction: a query then collects its keys first (no Halloween problem).
    /// </summary>
    public bool IsInTransaction => _context.IsTransaction;

    /// <summary>Most memory that one query gets for sorting and collecting, in bytes.</summary>
    public long BudgetBytes => _context.BudgetBytes;

    /// <summary>Documents in the collection, O(1).</summary>
    public long Count => IsStored ? BTree.Count(_pages, Definition.Documents) : 0;

    /// <summary>Documents decoded or filtered through this reader so far.</summary>
    public long DocumentsRead => _documentsRead;

    /// <summary>Index entries read through this reader so far.</summary>
    public long IndexEntriesRead => _indexEntriesRead;

    private bool IsStored => Definition.Version != 0;

    /// <summary>Fetches a document outside of a reader; false when there is none.</summary>
    public static bool TryFetch(
        PageReader pages, CollectionDefinition definition, ReadOnlySpan<byte> primaryKey, ValueBuffer document) =>
        BTree.TryGet(
            pages, definition.Documents, primaryKey, ref document,
            static (ReadOnlySpan<byte> value, ref ValueBuffer target) => DocumentEnvelope.Read(value, target));

    /// <summary>Pages outside the file, for what a query puts aside; whoever opens them disposes them.</summary>
    public TemporaryPages OpenTemporary() => _context.Scope.OpenTemporary();

    /// <summary>A query's share of the memory for sorting and collecting; whoever takes it disposes it.</summary>
    public WorkGrant TakeWork() => _context.Work.Take();

    /// <summary>Walks documents in key order.</summary>
    public DocumentScan Scan(KeyRange range, bool descending)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new(this, IsStored && !range.IsEmpty
            ? new MapScan(_pages, Definition.Documents, range.From, range.To, descending)
            : null);
    }

    /// <summary>Walks entries of an index in their order.</summary>
    public IndexScan ScanIndex(IndexDefinition index, KeyRange range, bool descending)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new(this, index, IsStored && !range.IsEmpty
            ? new MapScan(_pages, index.State, range.From, range.To, descending)
            : null);
    }

    /// <summary>Fetches the document with an encoded primary key; false when there is none.</summary>
    public bool TryFetch(ReadOnlySpan<byte> primaryKey, ValueBuffer document)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!IsStored || !TryFetch(_pages, Definition, primaryKey, document))
        {
            return false;
        }

        _documentsRead++;
        return true;
    }

    /// <summary>Number of documents in a range of primary keys; reads no document.</summary>
    public long CountRange(KeyRange range) =>
        IsStored && !range.IsEmpty ? BTree.CountRange(_pages, Definition.Documents, range.From, range.To) : 0;

    /// <summary>Number of entries in a range of an index; reads no document.</summary>
    public long CountRange(IndexDefinition index, KeyRange range) =>
        IsStored && !range.IsEmpty ? BTree.CountRange(_pages, index.State, range.From, range.To) : 0;

    /// <summary>
    /// Another collection at this reader's moment; null when it belongs to another transaction, snapshot or database,
    /// or when this reader has ended.
    /// </summary>
    /// <param name="context">Where the other collection lives.</param>
    /// <param name="define">Gives its definition.</param>
    public CollectionReader? TryShare(DatabaseContext context, Func<PageReader, CollectionDefinition> define)
    {
        if (_isDisposed || !ReferenceEquals(context, _context))
        {
            return null;
        }

        var first = _first ?? this;
        var shared = new CollectionReader(first, define(_pages));
        Interlocked.Increment(ref first._users);
        return shared;
    }

    /// <summary>Ends the read.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _context.Catalog.Counters.Add(_documentsRead, _indexEntriesRead);
            (_first ?? this).Release();
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _context.Scope.ExitRead(_pages);
        }
    }

    /// <summary>Notes a document that a scan read.</summary>
    internal void CountDocument() => _documentsRead++;

    /// <summary>Notes an entry that a scan read.</summary>
    internal void CountIndexEntry() => _indexEntriesRead++;
}

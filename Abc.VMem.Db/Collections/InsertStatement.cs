using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Inserts documents, in chunks of bounded size: the first is encoded outside the writer's place, against the last
/// known definition, and again inside when that has moved on or a guessed number is taken. One chunk alone is checked
/// before it touches a page; several are a <see cref="BulkLoad"/>.
/// </summary>
internal sealed class InsertStatement<T> : Statement
{
    private const int MaxChunk = 4096;

    private readonly DocumentCollection<T> _collection;
    private readonly IEnumerator<T> _source;
    private readonly WriteBatch _batch;
    private readonly LoadWatch _watch;
    private readonly List<T> _chunk = [];
    private readonly List<int> _assigned = [];
    private readonly bool _isInMemory;
    private List<T>? _assignedBefore;
    private CollectionBinding? _binding;
    private bool _isAtEnd;
    private bool _isAhead;
    private long _firstNumber;
    private long _lastNumber;
    private long _firstGuess;
    private long _lastGuess;
    private long _highestNumber;

    /// <summary>Creates the statement; the batch stays the caller's.</summary>
    /// <param name="collection">Where to insert.</param>
    /// <param name="source">The documents.</param>
    /// <param name="isInMemory">
    /// Whether the caller has all documents in memory anyway: then the assigned keys of all chunks can be taken back,
    /// else those of the last. To remember the documents of a stream would keep them all alive.
    /// </param>
    /// <param name="batch">What to encode into.</param>
    /// <param name="watch">Is told what was read and written.</param>
    public InsertStatement(
        DocumentCollection<T> collection, IEnumerator<T> source, bool isInMemory, WriteBatch batch, LoadWatch watch)
    {
        (_collection, _source, _batch) = (collection, source, batch);
        (_isInMemory, _watch) = (isInMemory, watch);
    }

    /// <summary>Documents inserted.</summary>
    public long Count { get; private set; }

    private IdentityAllocator Identity => _collection.Context.Catalog.IdentityOf(_collection.Name);

    /// <inheritdoc/>
    public override void Prepare()
    {
        _binding = _collection.LastBinding();
        try
        {
            LoadChunk(_binding, Identity.Next);
        }
        finally
        {
            // Also those of a chunk whose source or whose documents fail half-way.
            (_firstGuess, _lastGuess) = (_firstNumber, _lastNumber);
        }
    }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        var binding = _collection.Bind(pages);
        if (_binding is null)
        {
            LoadChunk(binding, NumbersAfter(pages, binding));
        }
        else if (!ReferenceEquals(_binding, binding) || IsNumberTaken(pages, binding))
        {
            EncodeAgain(binding, NumbersAfter(pages, binding));
        }

        if (_isAtEnd)
        {
            Store(pages, binding);
        }
        else
        {
            StoreWhole(pages, binding);
        }

        _watch.Report();
    }

    /// <inheritdoc/>
    public override void Undo()
    {
        Reset(_assigned.Select(index => _chunk[index]));
        Reset(_assignedBefore ?? []);
        GiveBackGuesses();
    }

    // Those of the first chunk; what comes later, or instead of them, is numbered in the writer's place.
    private void GiveBackGuesses()
    {
        if (_lastGuess != 0)
        {
            Identity.GiveBack(_firstGuess, _lastGuess);
            _lastGuess = 0;
        }
    }

    private void Store(PageWriter pages, CollectionBinding binding)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var entries = _batch.EntryCount;
        CollectionStore.Insert(pages, _collection.Context.Catalog, binding, _batch, _highestNumber);
        RaiseNumbers();
        Count = _batch.Count;
        _watch.Stored(Count + entries);
    }

    private void StoreWhole(PageWriter pages, CollectionBinding binding) =>
        WholeChange.Run(_collection.Context.Scope, pages, () => StoreAll(pages, binding));

    // Documents encoded against the binding stay valid: storing its field tables does not change them.
    private void StoreAll(PageWriter pages, CollectionBinding binding)
    {
        var context = _collection.Context;
        var definition = CollectionStore.EnsureStored(pages, context.Catalog, binding);
        using var load = new BulkLoad(pages, context, binding, definition, _watch);
        var highest = IdentitySlot.Read(pages, definition.Identity);
        load.Add(_batch);
        Count += _batch.Count;
        while (!_isAtEnd)
        {
            highest = Math.Max(highest, _highestNumber);
            StartChunk();
            LoadChunk(binding, () => ++highest);
            load.Add(_batch);
            Count += _batch.Count;
        }

        load.Complete();
        _highestNumber = Math.Max(highest, _highestNumber);
        IdentitySlot.Raise(pages, definition.Identity, _highestNumber);
        RaiseNumbers();
    }

    // What a transaction takes, its rollback gives back.
    private void RaiseNumbers()
    {
        if (_highestNumber > 0 && !_collection.Context.IsTransaction)
        {
            Identity.Raise(_highestNumber);
        }
    }

    private bool IsNumberTaken(PageReader pages, CollectionBinding binding) =>
        _lastNumber != 0 && binding.IsStored && _firstNumber <= IdentitySlot.Read(pages, binding.Definition.Identity);

    private static Func<long> NumbersAfter(PageReader pages, CollectionBinding binding)
    {
        var last = binding.IsStored ? IdentitySlot.Read(pages, binding.Definition.Identity) : 0;
        return () => ++last;
    }

    private void Reset(IEnumerable<T> documents)
    {
        foreach (var assigned in documents)
        {
            var document = assigned;
            _collection.Keys.Reset(ref document);
        }
    }

    private void StartChunk()
    {
        if (_isInMemory && _assigned.Count > 0)
        {
            _assignedBefore ??= [];
            _assignedBefore.AddRange(_assigned.Select(index => _chunk[index]));
        }

        _batch.Clear();
        _chunk.Clear();
        _assigned.Clear();
        (_firstNumber, _lastNumber, _highestNumber) = (0, 0, 0);
    }

    private void LoadChunk(CollectionBinding binding, Func<long> nextNumber)
    {
        var limit = BulkLoad.BatchBytes(_collection.Context.BudgetBytes);
        while (_chunk.Count < MaxChunk && _batch.Bytes < limit)
        {
            if (!MoveNext())
            {
                return;
            }

            var document = _source.Current ?? throw new ArgumentException("A document is null.");
            _watch.Read();
            _chunk.Add(document);
            Encode(binding, _chunk.Count - 1, nextNumber);
        }

        // A chunk that is full may be the only one.
        _isAhead = MoveNext();
    }

    private bool MoveNext()
    {
        if (_isAhead)
        {
            _isAhead = false;
            return true;
        }

        _isAtEnd = !_source.MoveNext();
        return !_isAtEnd;
    }

    private void EncodeAgain(CollectionBinding binding, Func<long> nextNumber)
    {
        GiveBackGuesses();
        foreach (var index in _assigned)
        {
            var document = _chunk[index];
            _collection.Keys.Reset(ref document);
            _chunk[index] = document;
        }

        _assigned.Clear();
        _batch.Clear();
        (_firstNumber, _lastNumber, _highestNumber) = (0, 0, 0);
        for (var i = 0; i < _chunk.Count; i++)
        {
            Encode(binding, i, nextNumber);
        }
    }

    private void Encode(CollectionBinding binding, int index, Func<long> nextNumber)
    {
        var document = _chunk[index];
        var keys = _collection.Keys;
        var isAssigned = keys.Assignment != KeyAssignment.None && keys.IsDefault(document);
        if (isAssigned)
        {
            Assign(keys, ref document, nextNumber);
            _chunk[index] = document;
            _assigned.Add(index);
        }

        _batch.Key.Clear();
        keys.Encode(document, _batch.Key);
        if (keys.HasNumbers)
        {
            _highestNumber = Math.Max(_highestNumber, keys.NumberOf(document));
        }

        _batch.Document.Clear();
        _collection.Serializer.Encode(document, binding.EncodingSchema, default, _batch.Document);
        _batch.Add(binding.Extractors, isAssigned && keys.Assignment == KeyAssignment.Identity);
    }

    private void Assign(KeyAccess<T> keys, ref T document, Func<long> nextNumber)
    {
        if (keys.Assignment == KeyAssignment.Guid)
        {
            keys.AssignGuid(ref document);
            return;
        }

        _lastNumber = nextNumber();
        _firstNumber = _firstNumber == 0 ? _lastNumber : _firstNumber;
        keys.AssignNumber(ref document, _lastNumber);
    }
}

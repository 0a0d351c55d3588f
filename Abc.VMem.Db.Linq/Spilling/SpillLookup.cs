namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Groups elements by key, groups in the order of their first element: as a lookup of LINQ to Objects while that is
/// within the budget. Beyond it the elements are sorted by group in runs, and end in a map in temporary pages. First
/// all are added, then it is completed, then it is read. Not thread-safe.
/// </summary>
internal sealed partial class SpillLookup<TKey, TElement>
{
    /// <summary>What a group takes besides its elements, in bytes.</summary>
    private const int GroupBytes = 96;

    /// <summary>Keys and elements share the budget.</summary>
    private const int Parts = 2;

    private readonly MemoryShare _share;
    private readonly RowStore<TKey> _keys;
    private readonly RowStore<TElement> _elements;
    private readonly KeyNumbers<TKey> _numbers;
    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly bool _isHandedOut;
    private List<GroupInMemory<TKey, TElement>>? _groups = [];
    private long _groupBytes;

    private SpillLookup(
        MemoryShare share,
        RowStore<TKey> keys,
        RowStore<TElement> elements,
        IEqualityComparer<TKey>? comparer,
        bool isHandedOut)
    {
        (_share, _keys, _elements, _comparer, _isHandedOut) = (share, keys, elements, comparer, isHandedOut);
        _numbers = new(share, Parts, keys, comparer);
    }

    /// <summary>A lookup for an operator; null when its keys or elements can't be put aside.</summary>
    public static SpillLookup<TKey, TElement>? TryCreate(
        QueryMemory memory, SpillSite site, IEqualityComparer<TKey>? comparer)
    {
        if (site.Types.KeyRefusal(comparer) is not null || site.Types.Refusal(typeof(TElement)) is not null)
        {
            return null;
        }

        var share = memory.Open(site.Operator);
        return RowStore<TKey>.TryCreate(share) is { } keys && RowStore<TElement>.TryCreate(share) is { } elements
            ? new(share, keys, elements, comparer, site.IsHandedOut)
            : null;
    }

    /// <summary>Adds an element to the group of its key.</summary>
    public void Add(TKey key, TElement element)
    {
        var number = _numbers.Add(key, out var isNew);
        if (_groups is null)
        {
            Store(key, number, isNew, element);
            return;
        }

        if (isNew)
        {
            _groups.Add(new(key));
            _groupBytes += GroupBytes;
        }

        _groups[(int)number].Add(element);
        _groupBytes += _elements.Measure(element);
        _share.Hold(_groupBytes + _numbers.HeldBytes);
        if (_share.IsBeyond(_groupBytes, Parts) || !_numbers.IsInMemory)
        {
            StoreGroups();
        }
    }

    /// <summary>Ends the adding.</summary>
    public void Complete()
    {
        if (_groups is null)
        {
            CompleteMap();
        }
    }

    /// <summary>Values by key within the same budget, for keys that are not added here.</summary>
    public KeyValues<TKey, TValue> OpenValues<TValue>() => new(_share, Parts, _keys, _comparer);

    /// <summary>The groups, in the order of their first elements.</summary>
    public IEnumerable<IGrouping<TKey, TElement>> Groups() => _groups ?? StoredGroups();

    /// <summary>The elements of a key's group; null when there is none.</summary>
    public IEnumerable<TElement>? Find(TKey key)
    {
        var number = _numbers.Find(key);
        return number < 0 ? null
            : _groups is not null ? _groups[(int)number]
            : HandOut(key, number);
    }

    private IGrouping<TKey, TElement> HandOut(TKey key, long number)
    {
        if (!_isHandedOut)
        {
            return new GroupInPages<TKey, TElement>(this, key, number);
        }

        // The caller may keep it longer than the pages live.
        var group = new GroupInMemory<TKey, TElement>(key);
        group.AddRange(Stored(number));
        return group;
    }
}

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Keeps what was made for a query's shape, at most a fixed number of them; the ones used least recently go first.
/// Reads take no lock. Thread-safe.
/// </summary>
/// <typeparam name="TPlan">What is kept. Holds nothing that the query captured.</typeparam>
internal sealed class PlanCache<TPlan>(int capacity)
    where TPlan : class
{
    private readonly Lock _lock = new();
    private Entry?[] _table = new Entry?[64];
    private long _clock;

    /// <summary>Plans in the cache.</summary>
    public int Count { get; private set; }

    /// <summary>The plan of a shape; null when there is none.</summary>
    public TPlan? Find(ShapeReader shape)
    {
        var table = Volatile.Read(ref _table);
        var first = Volatile.Read(ref table[shape.Hash & (table.Length - 1)]);
        for (var entry = first; entry is not null; entry = entry.Next)
        {
            if (entry.Hash == shape.Hash && Matches(entry.Tokens, shape.Tokens))
            {
                entry.LastUse = Volatile.Read(ref _clock);
                return entry.Plan;
            }
        }

        return null;
    }

    /// <summary>Keeps a plan; another thread's plan of the same shape stays instead.</summary>
    public TPlan Add(ShapeReader shape, TPlan plan)
    {
        lock (_lock)
        {
            if (Find(shape) is { } existing)
            {
                return existing;
            }

            if (Count >= capacity)
            {
                DropOldHalf();
            }

            _clock++;
            var table = Count < _table.Length ? _table : Rebuild(Entries(_table), 2 * _table.Length);
            Insert(table, new Entry(shape.Hash, shape.Tokens.ToArray(), plan) { LastUse = _clock });
            Volatile.Write(ref _table, table);
            Count++;
            return plan;
        }
    }

    private void DropOldHalf()
    {
        var kept = Entries(_table).OrderByDescending(entry => entry.LastUse).Take(capacity / 2).ToList();
        Count = kept.Count;
        Volatile.Write(ref _table, Rebuild(kept, _table.Length));
    }

    private static Entry?[] Rebuild(IEnumerable<Entry> entries, int length)
    {
        var table = new Entry?[length];
        foreach (var entry in entries.Reverse())
        {
            Insert(table, new Entry(entry.Hash, entry.Tokens, entry.Plan) { LastUse = entry.LastUse });
        }

        return table;
    }

    private static void Insert(Entry?[] table, Entry entry)
    {
        ref var head = ref table[entry.Hash & (table.Length - 1)];
        entry.Next = head;
        Volatile.Write(ref head, entry);
    }

    private static IEnumerable<Entry> Entries(Entry?[] table)
    {
        foreach (var head in table)
        {
            for (var entry = head; entry is not null; entry = entry.Next)
            {
                yield return entry;
            }
        }
    }

    private static bool Matches(ShapeToken[] left, ReadOnlySpan<ShapeToken> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!left[i].Matches(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Entry(int hash, ShapeToken[] tokens, TPlan plan)
    {
        public int Hash { get; } = hash;

        public ShapeToken[] Tokens { get; } = tokens;

        public TPlan Plan { get; } = plan;

        public Entry? Next { get; set; }

        /// <summary>Insertions seen when last used; a lost update only makes the entry look older.</summary>
        public long LastUse { get; set; }
    }
}

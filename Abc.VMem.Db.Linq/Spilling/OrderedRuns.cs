using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Sorted runs of rows in temporary pages, in the order in which their rows came, and their merge: by the keys of an
/// order, of equal rows that of the earlier run first. Not thread-safe.
/// </summary>
internal sealed class OrderedRuns<T>(MemoryShare share, RowStore<T> store, IReadOnlyList<OrderLevel<T>> levels)
{
    private const int MinFanIn = 4;
    private const int MaxFanIn = 128;

    // Runs of one list were merged equally often; those merged more often are the earlier ones.
    private readonly List<List<SortedRun>> _tiers = [];
    private byte[] _item = [];

    /// <summary>Whether nothing was put aside.</summary>
    public bool IsEmpty => _tiers.Count == 0;

    private int FanIn => (int)Math.Clamp(share.BudgetBytes / (2 * Page.Size), MinFanIn, MaxFanIn);

    /// <summary>Puts rows aside, which are sorted.</summary>
    public void Add(IEnumerable<T> sorted)
    {
        var run = Write(sorted);
        for (var tier = 0; ; tier++)
        {
            if (tier == _tiers.Count)
            {
                _tiers.Add([]);
            }

            _tiers[tier].Add(run);
            if (_tiers[tier].Count < FanIn)
            {
                return;
            }

            run = Write(Merge(_tiers[tier]));
            _tiers[tier].Clear();
        }
    }

    /// <summary>All rows in order, those put aside and the last ones.</summary>
    public IEnumerable<T> Merge(IEnumerable<T> last)
    {
        Add(last);
        share.Hold(0);
        while (_tiers.Sum(tier => tier.Count) > FanIn)
        {
            // The latest tiers first: their runs are neighbours, and the smallest.
            var tier = _tiers.FindIndex(tier => tier.Count > 0);
            var run = _tiers[tier] is [var single] ? single : Write(Merge(_tiers[tier]));
            _tiers[tier].Clear();
            _tiers[tier + 1].Add(run);
        }

        return Merge([.. Enumerable.Reverse(_tiers).SelectMany(tier => tier)]);
    }

    private SortedRun Write(IEnumerable<T> sorted)
    {
        var writer = new RunWriter(share.Pages);
        foreach (var row in sorted)
        {
            var stored = store.Store(row);
            if (_item.Length < stored.Length + SortItem.MaxHeaderBytes)
            {
                _item = new byte[2 * (stored.Length + SortItem.MaxHeaderBytes)];
            }

            var length = SortItem.Write(_item, default, stored, isMarked: false);
            writer.Append(SortItem.Parse(_item.AsSpan(0, length)));
        }

        var run = writer.Complete();
        share.Note(run);
        return run;
    }

    private IEnumerable<T> Merge(List<SortedRun> runs)
    {
        var queue = new PriorityQueue<Head, Head>(Comparer<Head>.Create(Compare));
        foreach (var (ordinal, run) in runs.Index())
        {
            Enqueue(new Head(new RunReader(share.Pages, run, ordinal)));
        }

        while (queue.TryDequeue(out var head, out _))
        {
            yield return head.Row;
            Enqueue(head);
        }

        void Enqueue(Head head)
        {
            if (head.MoveNext(store, levels))
            {
                queue.Enqueue(head, head);
            }
        }
    }

    private int Compare(Head x, Head y)
    {
        try
        {
            return CompareKeys(x, y);
        }
#pragma warning disable CA1031 // As the sort of LINQ to Objects does with whatever a comparer throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new InvalidOperationException("Failed to compare two rows.", exception);
        }
    }

    private int CompareKeys(Head x, Head y)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            var order = levels[i].Compare(x.Keys[i], y.Keys[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return x.Ordinal.CompareTo(y.Ordinal);
    }

    /// <summary>The row on which a run stands.</summary>
    private sealed class Head(RunReader reader)
    {
        public T Row { get; private set; } = default!;

        public object?[] Keys { get; private set; } = [];

        public int Ordinal => reader.Ordinal;

        public bool MoveNext(RowStore<T> store, IReadOnlyList<OrderLevel<T>> levels)
        {
            if (!reader.MoveNext())
            {
                return false;
            }

            var row = store.Load(reader.Item.Payload);
            (Row, Keys) = (row, [.. levels.Select(level => level.KeyOf(row))]);
            return true;
        }
    }
}

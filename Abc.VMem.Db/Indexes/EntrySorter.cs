using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Indexes;

/// <summary>Receives sorted entries.</summary>
internal interface IEntrySink
{
    /// <summary>Takes the next entry; the spans are valid during the call only.</summary>
    void Take(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> parts, bool hasNull);
}

/// <summary>
/// Sorts any number of entries in bounded memory: up to a budget in memory; beyond it in sorted runs, in temporary
/// pages of the running transaction, which are merged at the end.
/// </summary>
internal sealed class EntrySorter
{
    private const int MinFanIn = 4;
    private const int MaxFanIn = 256;

    private readonly PageWriter _pages;
    private readonly long _budgetBytes;
    private readonly int _fanIn;
    private readonly EntrySet _entries = new();
    private readonly List<SortedRun> _runs = [];

    /// <summary>Starts empty; the budget is for entries in memory, in bytes.</summary>
    public EntrySorter(PageWriter pages, long budgetBytes)
    {
        (_pages, _budgetBytes) = (pages, budgetBytes);
        _fanIn = (int)Math.Clamp(budgetBytes / Page.Size, MinFanIn, MaxFanIn);
    }

    /// <summary>Entries taken so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether pages were touched.</summary>
    public bool IsSpilled => _runs.Count > 0;

    /// <summary>Where to add entries; call <see cref="Added"/> after each document.</summary>
    public EntrySet Entries => _entries;

    /// <summary>Notes that entries were added; spills them when the budget is used up.</summary>
    public void Added(int count)
    {
        Count += count;
        if (_entries.Bytes >= _budgetBytes)
        {
            Spill();
        }
    }

    /// <summary>Hands out all entries in order, once more than once: runs are kept.</summary>
    public void Visit(IEntrySink sink) => Run(sink, isFreeing: false);

    /// <summary>Hands out all entries in order and gives temporary pages back on the way.</summary>
    public void Drain(IEntrySink sink) => Run(sink, isFreeing: true);

    /// <summary>Gives temporary pages back.</summary>
    public void Abandon()
    {
        foreach (var run in _runs)
        {
            run.Free(_pages);
        }

        _runs.Clear();
    }

    private void Run(IEntrySink sink, bool isFreeing)
    {
        if (!IsSpilled)
        {
            _entries.Sort();
            for (var i = 0; i < _entries.Count; i++)
            {
                sink.Take(_entries[i], _entries.Parts(i), _entries.HasNull(i));
            }

            return;
        }

        if (_entries.Count > 0)
        {
            Spill();
        }

        MergeDown();
        Merge(_runs, sink, isFreeing);
    }

    private void Spill()
    {
        _entries.Sort();
        var writer = new RunWriter(_pages);
        for (var i = 0; i < _entries.Count; i++)
        {
            writer.Append(_entries[i], _entries.Parts(i).Length, _entries.HasNull(i));
        }

        _runs.Add(writer.Complete());
        _entries.Restart();
    }

    // Until the runs that are left can be merged at once: the smallest first, as Huffman would.
    private void MergeDown()
    {
        while (_runs.Count > _fanIn)
        {
            _runs.Sort(static (x, y) => y.PageCount.CompareTo(x.PageCount));
            var count = Math.Min(_fanIn, _runs.Count - _fanIn + 1);
            var smallest = _runs.GetRange(_runs.Count - count, count);
            _runs.RemoveRange(_runs.Count - count, count);
            var sink = new RunSink(_pages);
            Merge(smallest, sink, isFreeing: true);
            _runs.Add(sink.Complete());
        }
    }

    private void Merge(List<SortedRun> runs, IEntrySink sink, bool isFreeing)
    {
        var merge = new RunMerge(_pages, runs, isFreeing);
        while (merge.MoveNext())
        {
            var current = merge.Current;
            sink.Take(current.Entry, current.Parts, current.HasNull);
        }

        if (isFreeing)
        {
            runs.Clear();
        }
    }

    private sealed class RunSink(PageWriter pages) : IEntrySink
    {
        private readonly RunWriter _writer = new(pages);

        public void Take(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> parts, bool hasNull) =>
            _writer.Append(entry, parts.Length, hasNull);

        public SortedRun Complete() => _writer.Complete();
    }
}

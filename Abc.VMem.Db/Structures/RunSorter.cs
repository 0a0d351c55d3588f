using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Sorts any number of items of any length in bounded memory, by the bytes of their keys: up to a budget in memory;
/// beyond it in sorted runs, in temporary pages, which are merged at the end. Equal keys keep the order in which they
/// were added, or its opposite. Not thread-safe.
/// </summary>
internal sealed class RunSorter
{
    private const int MinFanIn = 4;
    private const int MaxFanIn = 4096;

    // A page, and the reader around it.
    private const int ReaderBytes = Page.Size + 160;

    private const int StepItems = 256;

    private readonly Func<PageWriter> _pages;
    private readonly SortBlock _block;
    private readonly List<SortedRun> _runs = [];
    private readonly int _fanIn;
    private readonly bool _newestFirst;
    private long _merged;

    /// <summary>Starts empty.</summary>
    /// <param name="pages">Gives the temporary pages; asked when they are needed first.</param>
    /// <param name="budgetBytes">Memory for items while they are added.</param>
    /// <param name="mergeBytes">Memory for merging, when that of the items is free again; one page a run.</param>
    /// <param name="newestFirst">Whether of equal keys the one added last comes first.</param>
    public RunSorter(Func<PageWriter> pages, long budgetBytes, long mergeBytes, bool newestFirst = false)
    {
        (_pages, _newestFirst) = (pages, newestFirst);
        _block = new SortBlock(budgetBytes, newestFirst);
        _fanIn = (int)Math.Clamp(mergeBytes / ReaderBytes, MinFanIn, MaxFanIn);
    }

    /// <summary>Items added.</summary>
    public long Count { get; private set; }

    /// <summary>Runs written so far, those that were merged included; 0 = all is in memory.</summary>
    public int RunsWritten { get; private set; }

    /// <summary>Pages of all runs written so far.</summary>
    public long PagesWritten { get; private set; }

    /// <summary>What is in memory.</summary>
    public SortBlock Block => _block;

    /// <summary>Whether all that was added is in memory, each key greater than the one before it.</summary>
    public bool IsAscending => _runs.Count == 0 && _block.IsAscending;

    /// <summary>Adds an item.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, bool isMarked = false)
    {
        if (!_block.TryAdd(key, payload, isMarked))
        {
            Spill();
            _block.TryAdd(key, payload, isMarked);
        }

        Count++;
    }

    /// <summary>Ends the adding and hands out the items in order, once.</summary>
    /// <param name="onStep">Called now and then while runs are merged beforehand; may throw.</param>
    public SortedItems Open(Action? onStep = null)
    {
        if (_runs.Count == 0)
        {
            _block.Sort();
            return new(_block);
        }

        Settle();
        MergeDown(onStep);
        return new(new RunMerge(_pages(), _runs, _newestFirst));
    }

    /// <summary>Gives back the memory of items that will have to be in a run anyway; all were added.</summary>
    public void Settle()
    {
        if (_runs.Count == 0)
        {
            return;
        }

        if (_block.Count > 0)
        {
            Spill();
        }

        _block.Release();
    }

    private void Spill()
    {
        _block.Sort();
        var writer = new RunWriter(_pages());
        for (var i = 0; i < _block.Count; i++)
        {
            writer.Append(_block[i]);
        }

        _runs.Add(Complete(writer));
        _block.Clear();
    }

    private SortedRun Complete(RunWriter writer)
    {
        var run = writer.Complete();
        RunsWritten++;
        PagesWritten += run.PageCount;
        return run;
    }

    // Until the runs that are left can be merged at once. Neighbours only, which keeps the order of equal keys, and of
    // these the smallest.
    private void MergeDown(Action? onStep)
    {
        while (_runs.Count > _fanIn)
        {
            var count = Math.Min(_fanIn, _runs.Count - _fanIn + 1);
            var first = SmallestNeighbours(count);
            var writer = new RunWriter(_pages());
            var merge = new RunMerge(_pages(), _runs.GetRange(first, count), _newestFirst);
            while (merge.MoveNext())
            {
                writer.Append(merge.Current);
                if (++_merged % StepItems == 0)
                {
                    onStep?.Invoke();
                }
            }

            _runs.RemoveRange(first, count);
            _runs.Insert(first, Complete(writer));
        }
    }

    private int SmallestNeighbours(int count)
    {
        var pages = _runs.Take(count).Sum(run => run.PageCount);
        var (smallest, first) = (pages, 0);
        for (var i = count; i < _runs.Count; i++)
        {
            pages += _runs[i].PageCount - _runs[i - count].PageCount;
            if (pages < smallest)
            {
                (smallest, first) = (pages, i - count + 1);
            }
        }

        return first;
    }
}

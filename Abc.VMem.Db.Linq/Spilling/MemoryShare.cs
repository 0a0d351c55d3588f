using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>One operator's part of a query's memory, and its own temporary pages. Not thread-safe.</summary>
/// <param name="user">The operator, for Explain.</param>
/// <param name="budgetBytes">Memory that it may use, in bytes.</param>
/// <param name="open">Opens temporary pages.</param>
/// <param name="probe">Watches; null when nobody does.</param>
internal sealed class MemoryShare(string user, long budgetBytes, Func<TemporaryPages> open, QueryProbe? probe)
    : IDisposable
{
    private TemporaryPages? _pages;
    private long _heldBytes;

    /// <summary>The operator.</summary>
    public string User => user;

    /// <summary>Memory that the operator may use, in bytes.</summary>
    public long BudgetBytes => budgetBytes;

    /// <summary>Whether something was put aside.</summary>
    public bool IsSpilled { get; private set; }

    /// <summary>Sorted runs that were put aside.</summary>
    public int Runs { get; private set; }

    /// <summary>Pages of these runs.</summary>
    public long RunPages { get; private set; }

    /// <summary>Where to put things aside; opened by the first who asks.</summary>
    public PageWriter Pages
    {
        get
        {
            if (_pages is null)
            {
                _pages = open();
                IsSpilled = true;
                if (probe is not null)
                {
                    probe.OpenPages++;
                    probe.Spills++;
                }
            }

            return _pages;
        }
    }

    /// <summary>A sorter that uses a part of the budget.</summary>
    public RunSorter Sorter(int parts = 1) => new(() => Pages, budgetBytes / parts, budgetBytes / parts);

    /// <summary>Whether the operator would hold too much with so many bytes.</summary>
    public bool IsBeyond(long bytes, int parts = 1) => bytes > budgetBytes / parts;

    /// <summary>Notes how much the operator holds now, in bytes.</summary>
    public void Hold(long bytes)
    {
        probe?.Hold(bytes - _heldBytes);
        _heldBytes = bytes;
    }

    /// <summary>Notes what a sorter put aside.</summary>
    public void Note(RunSorter sorter)
    {
        Runs += sorter.RunsWritten;
        RunPages += sorter.PagesWritten;
    }

    /// <summary>Notes a run that was put aside.</summary>
    public void Note(SortedRun run)
    {
        Runs++;
        RunPages += run.PageCount;
    }

    /// <summary>Ends the pages.</summary>
    public void Dispose()
    {
        Hold(0);
        if (_pages is not null)
        {
            _pages.Dispose();
            _pages = null;
            if (probe is not null)
            {
                probe.OpenPages--;
            }
        }
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Indexes;

/// <summary>Merges sorted runs into one order: a binary heap of their readers, the smallest entry on top.</summary>
internal sealed class RunMerge
{
    private readonly RunReader[] _readers;
    private readonly RunReader[] _heap;
    private int _count;
    private bool _isStarted;

    /// <summary>Starts before the first entry; memory is one page a run.</summary>
    public RunMerge(PageWriter pages, IReadOnlyCollection<SortedRun> runs, bool isFreeing)
    {
        _readers = [.. runs.Select(run => new RunReader(pages, run, isFreeing))];
        _heap = new RunReader[_readers.Length];
    }

    /// <summary>The reader that stands on the current entry.</summary>
    public RunReader Current => _heap[0];

    /// <summary>What is left of the runs; a failed merge gives it back.</summary>
    public IEnumerable<SortedRun> Rest => _readers.Select(reader => reader.Rest);

    /// <summary>Moves to the next entry; false at the end.</summary>
    public bool MoveNext()
    {
        if (!_isStarted)
        {
            Start();
        }
        else if (!_heap[0].MoveNext())
        {
            _heap[0] = _heap[--_count];
        }

        SiftDown(0);
        return _count > 0;
    }

    private void Start()
    {
        _isStarted = true;
        foreach (var reader in _readers)
        {
            if (reader.MoveNext())
            {
                _heap[_count++] = reader;
            }
        }

        for (var i = (_count / 2) - 1; i > 0; i--)
        {
            SiftDown(i);
        }
    }

    private void SiftDown(int parent)
    {
        for (var child = (2 * parent) + 1; child < _count; child = (2 * parent) + 1)
        {
            if (child + 1 < _count && Compare(_heap[child + 1], _heap[child]) < 0)
            {
                child++;
            }

            if (Compare(_heap[parent], _heap[child]) <= 0)
            {
                return;
            }

            (_heap[parent], _heap[child]) = (_heap[child], _heap[parent]);
            parent = child;
        }
    }

    private static int Compare(RunReader x, RunReader y) =>
        x.Head != y.Head ? x.Head.CompareTo(y.Head) : x.Entry.SequenceCompareTo(y.Entry);
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Merges sorted runs into one order: a binary heap of their readers, the smallest item on top.</summary>
internal sealed class RunMerge
{
    private readonly RunReader[] _readers;
    private readonly RunReader[] _heap;
    private readonly int _laterFirst;
    private int _count;
    private bool _isStarted;

    /// <summary>Starts before the first item; memory is one page a run.</summary>
    /// <param name="pages">Where the runs are.</param>
    /// <param name="runs">The runs, in the order in which they were made; their pages are freed on the way.</param>
    /// <param name="newestFirst">The order of equal keys: of the last run first, or of the first run first.</param>
    public RunMerge(PageWriter pages, IReadOnlyCollection<SortedRun> runs, bool newestFirst)
    {
        _readers = [.. runs.Select((run, ordinal) => new RunReader(pages, run, ordinal))];
        _heap = new RunReader[_readers.Length];
        _laterFirst = newestFirst ? -1 : 1;
    }

    /// <summary>The current item; valid until the next move.</summary>
    public SortItem Current => _heap[0].Item;

    /// <summary>Moves to the next item; false at the end.</summary>
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

    private int Compare(RunReader x, RunReader y)
    {
        if (x.Head != y.Head)
        {
            return x.Head.CompareTo(y.Head);
        }

        var order = x.Item.Key.SequenceCompareTo(y.Item.Key);
        return order != 0 ? order : _laterFirst * x.Ordinal.CompareTo(y.Ordinal);
    }
}

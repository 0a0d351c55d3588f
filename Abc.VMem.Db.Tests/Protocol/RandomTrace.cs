using System.Collections.Immutable;
using System.Globalization;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// One walk through the protocol with the real engine, step by step as the model walks: each step is drawn, and after
/// it every open snapshot, the running transaction and what a power loss would leave are compared with numbers kept
/// beside them.
/// </summary>
internal sealed class RandomTrace(int seed) : IDisposable
{
    private const int MostPages = 60;

    private readonly Random _random = new(seed);
    private readonly List<string> _steps = [];
    private readonly List<(Snapshot Snapshot, ImmutableSortedDictionary<long, long> Pages)> _snapshots = [];
    private readonly List<(int Number, ImmutableSortedDictionary<long, long> Pages)> _savepoints = [];
    private readonly SortedList<long, ImmutableSortedDictionary<long, long>> _commits = [];
    private ImmutableSortedDictionary<long, long> _pages = ImmutableSortedDictionary<long, long>.Empty;
    private TraceBench _bench = new();
    private Transaction? _transaction;
    private long _value;
    private bool _isSound;

    /// <summary>Disks after a power loss that were recovered and compared.</summary>
    public int Crashes { get; private set; }

    /// <summary>Walks; a failure names the seed and the steps.</summary>
    public void Walk(int length)
    {
        _commits[0] = _pages;
        try
        {
            for (var i = 0; i < length; i++)
            {
                Step();
                Look();
            }

            EndAll();
            _isSound = true;
        }
        catch (Exception e)
        {
            Assert.Fail($"Seed {seed}, steps {string.Join(", ", _steps)}: {e}");
        }
    }

    /// <summary>Closes, unless the walk failed: what is wrong then would only be told once more.</summary>
    public void Dispose()
    {
        if (_isSound)
        {
            _bench.Dispose();
        }
    }

    private void Step()
    {
        var choice = _random.Next(100);
        _steps.Add(choice.ToString(CultureInfo.InvariantCulture));
        if (choice < 45 && _transaction is { } transaction)
        {
            Change(transaction, choice);
        }
        else if (choice < 45)
        {
            _transaction = _bench.Engine.BeginTransaction();
        }
        else if (choice < 60)
        {
            End(choice);
        }
        else if (choice < 75)
        {
            Tend(choice);
        }
        else if (choice < 90)
        {
            Watch(choice);
        }
        else
        {
            Disturb(choice);
        }
    }

    private void Change(Transaction transaction, int choice)
    {
        switch (choice)
        {
            case < 14 when _pages.Count < MostPages:
                for (var count = choice < 3 ? 20 : 1; count > 0; count--)
                {
                    _pages = _pages.SetItem(TraceBench.Add(transaction, ++_value).Value, _value);
                }

                break;
            case < 20 when _pages.Count > 0:
                var freed = Pick();
                transaction.Free(new PagePos(freed));
                _pages = _pages.Remove(freed);
                break;
            case < 32 when _pages.Count > 0:
                var changed = Pick();
                TraceBench.Set(transaction, new PagePos(changed), ++_value);
                _pages = _pages.SetItem(changed, _value);
                break;
            case < 38:
                _savepoints.Add((transaction.BeginSavepoint(), _pages));
                break;
            case < 42 when _savepoints.Count > 0:
                var place = _random.Next(_savepoints.Count);
                transaction.RollBackTo(_savepoints[place].Number);
                _pages = _savepoints[place].Pages;
                _savepoints.RemoveRange(place + 1, _savepoints.Count - place - 1);
                break;
            default:
                _bench.Churn();
                break;
        }
    }

    private void End(int choice)
    {
        if (_transaction is not { } transaction)
        {
            _bench.Engine.FlushLog();
            return;
        }

        if (choice < 48)
        {
            transaction.Rollback();
            _pages = _commits.Values[^1];
        }
        else
        {
            // Appended only, or durable as well.
            Assert.True(transaction.TryClose());
            var lsn = _bench.Engine.Append(transaction);
            if (transaction.HasWritten)
            {
                _commits[transaction.Sequence] = _pages;
            }

            if (choice >= 54)
            {
                _bench.Engine.WaitCommitted(lsn);
            }
        }

        _savepoints.Clear();
        _transaction = null;
    }

    private void Tend(int choice)
    {
        switch (choice)
        {
            case < 65: _bench.Churn(); break;
            case < 67: _bench.Engine.Pool.SweepSpill(); break;
            case < 71: _bench.Engine.Checkpoint(); break;
            case < 73: ProtectedCalls.Maintain(_bench.Engine, false, choice == 72); break;
            default:
                if (_transaction is null)
                {
                    _bench.Engine.Shrinker.Truncate(default);
                    _commits[_bench.Engine.AppendedSequence] = _pages;
                }

                break;
        }
    }

    private void Watch(int choice)
    {
        if (choice < 82 && _snapshots.Count < 4)
        {
            var snapshot = _bench.Engine.BeginSnapshot();
            _snapshots.Add((snapshot, At(snapshot.Sequence)));
        }
        else if (_snapshots.Count > 0)
        {
            var place = _random.Next(_snapshots.Count);
            _snapshots[place].Snapshot.Dispose();
            _snapshots.RemoveAt(place);
        }
    }

    // Power losses that the walk does not follow, one that it does, and a close.
    private void Disturb(int choice)
    {
        if (choice < 97)
        {
            Compare(new TraceBench(_bench.Disk.Crash(Policy(), _random.Next())), close: choice < 94);
            return;
        }

        var disk = choice == 97 ? null : _bench.Disk.Crash(Policy(), _random.Next());
        var durable = _bench.Engine.DurableSequence;
        EndAll();
        var appended = _bench.Engine.AppendedSequence;
        _bench.Dispose();
        _bench = new TraceBench(disk ?? _bench.Disk, TraceBench.Options with { RandomSeed = _random.Next() });
        var found = _bench.Engine.VisibleSequence;
        Assert.InRange(found, disk is null ? appended : durable, appended);
        while (_commits.Keys[^1] > found)
        {
            _commits.RemoveAt(_commits.Count - 1);
        }

        _pages = _commits.Values[^1];
    }

    private CrashPolicy Policy() => CrashPolicies.All[_random.Next(CrashPolicies.All.Count)];

    private void Compare(TraceBench crashed, bool close)
    {
        var sequence = crashed.Engine.VisibleSequence;
        Assert.InRange(sequence, _bench.Engine.DurableSequence, _bench.Engine.AppendedSequence);
        AssertHolds(crashed, At(sequence));
        if (close)
        {
            crashed.Dispose();
            crashed = new TraceBench(crashed.Disk);
            Assert.Equal(sequence, crashed.Engine.VisibleSequence);
            AssertHolds(crashed, At(sequence));
        }

        crashed.Dispose();
        Crashes++;
    }

    private void Look()
    {
        foreach (var (snapshot, pages) in _snapshots)
        {
            AssertSome(snapshot, pages);
        }

        using var now = _bench.Engine.BeginSnapshot();
        AssertSome(now, At(now.Sequence));
        if (_transaction is { } transaction)
        {
            AssertSome(transaction, _pages);
        }
    }

    // Not all: reading changes what is in memory, and with it what the next steps meet.
    private void AssertSome(PageReader reader, ImmutableSortedDictionary<long, long> pages)
    {
        for (var i = 0; i < 3 && pages.Count > 0; i++)
        {
            var position = pages.Keys.ElementAt(_random.Next(pages.Count));
            Assert.Equal(pages[position], TraceBench.Get(reader, new PagePos(position)));
        }
    }

    private static void AssertHolds(TraceBench bench, ImmutableSortedDictionary<long, long> pages)
    {
        using var snapshot = bench.Engine.BeginSnapshot();
        var free = 0L;
        FreePages.Visit(snapshot, (position, _) =>
        {
            free++;
            Assert.False(pages.ContainsKey(position.Value), $"page {position} is free and in use");
        });
        Assert.Equal(snapshot.PageCount, TraceBench.FirstPage + pages.Count + free);
        foreach (var (position, value) in pages)
        {
            Assert.Equal(value, TraceBench.Get(snapshot, new PagePos(position)));
        }
    }

    private void EndAll()
    {
        _transaction?.Rollback();
        _snapshots.ForEach(open => open.Snapshot.Dispose());
        _snapshots.Clear();
        _savepoints.Clear();
        _transaction = null;
    }

    // Half of the time one of a few, so that the same pages are changed again and again.
    private long Pick() =>
        _pages.Keys.ElementAt(_random.Next(_random.Next(2) == 0 ? Math.Min(5, _pages.Count) : _pages.Count));

    // Some commits, those of a truncation, change no page's number.
    private ImmutableSortedDictionary<long, long> At(long sequence) =>
        _commits.Last(commit => commit.Key <= sequence).Value;
}

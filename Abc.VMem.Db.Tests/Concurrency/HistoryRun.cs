using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>
/// Committers, readers and the engine's own work at once, every read judged by the history: it is one state that the
/// commits went through (snapshot isolation), no reader goes back in time, whoever's commit was acknowledged sees it,
/// and nobody sees one that was not.
/// </summary>
internal sealed class HistoryRun : IDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(3);

    private readonly HistoryCase _case;
    private readonly int _seed;
    private readonly EngineFixture _fixture;
    private readonly History _history = new(lists: 40, fillers: 60);
    private readonly CancellationTokenSource _stop = new();
    private long _number;
    private long _operations;

    public HistoryRun(HistoryCase @case, int seed)
    {
        (_case, _seed) = (@case, seed);
        var files = new MemoryFileSystem();
        _fixture = new EngineFixture(@case.Options, @case.IsSlow ? new YieldingFileSystem(files, seed) : files);
    }

    private Engine Engine => _fixture.Engine;

    /// <summary>Runs to the end.</summary>
    /// <returns>Operations that were judged.</returns>
    public async Task<long> Run()
    {
        var committers = Enumerable.Range(0, _case.Committers)
            .Select(i => i % 2 == 0 ? Start(() => Commit(i)) : Task.Run(() => CommitAwaiting(i)))
            .ToList();
        var others = Enumerable.Range(0, _case.Readers).Select(i => Start(() => Read(1000 + i))).ToList();
        others.Add(Start(Maintain));
        await Finish(committers, others);
        JudgeAll();
        _fixture.Reopen();
        JudgeAll();
        return _operations;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fixture.Dispose();
        _stop.Dispose();
    }

    // A failure of one ends all; a deadlock is one, too.
    private async Task Finish(List<Task> committers, List<Task> others)
    {
        try
        {
            var failed = Task.WhenAny([.. others]);
            var done = Task.WhenAll(committers);
            var first = await Task.WhenAny(done, failed).WaitAsync(Watchdog);
            if (first == done)
            {
                await done;
            }

            await _stop.CancelAsync();
            await Task.WhenAll([.. committers, .. others]).WaitAsync(Watchdog);
        }
        catch (TimeoutException)
        {
            throw new XunitException($"Deadlock. {Story}, {_history.Last} transactions");
        }
        finally
        {
            await _stop.CancelAsync();
        }
    }

    private string Story => $"{_case}, seed {_seed}";

    private static Task Start(Action work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Commit(int committer)
    {
        var me = new Actor(this, committer);
        for (var i = 0; i < _case.Commits && !_stop.IsCancellationRequested; i++)
        {
            var seen = 0L;
            using (var transaction = Engine.BeginTransaction())
            {
                if (me.Work(transaction))
                {
                    transaction.Commit();
                    seen = me.Number;
                }
                else
                {
                    transaction.Rollback();
                }
            }

            me.LookAtOwn(seen);
        }
    }

    private async Task CommitAwaiting(int committer)
    {
        var me = new Actor(this, committer);
        for (var i = 0; i < _case.Commits && !_stop.IsCancellationRequested; i++)
        {
            var seen = 0L;
            using (var transaction = await Engine.BeginTransactionAsync(null, CancellationToken.None))
            {
                var isWanted = me.Work(transaction);
                await Task.Yield();
                if (isWanted)
                {
                    await transaction.CommitAsync(CancellationToken.None);
                    seen = me.Number;
                }
            }

            me.LookAtOwn(seen);
        }
    }

    private void Read(int reader)
    {
        var me = new Actor(this, reader);
        for (var i = 0; i < 3 || !_stop.IsCancellationRequested; i++)
        {
            me.Look(_stop.Token);
        }
    }

    // Checkpoints, truncation, pages of operations: whatever comes between.
    private void Maintain()
    {
        var random = new Random(_seed);
        while (!_stop.IsCancellationRequested)
        {
            switch (random.Next(4))
            {
                case 0:
                    Engine.Checkpoint();
                    break;
                case 1:
                    Engine.Shrinker.Truncate(CancellationToken.None);
                    break;
                case 2:
                    using (var pages = Engine.OpenTemporary())
                    {
                        var made = Enumerable.Range(0, 30).Select(n => (NumberPages.New(pages, n), n)).ToList();
                        made.ForEach(page => Assert.Equal(page.n, NumberPages.Get(pages, page.Item1)));
                    }

                    break;
                default:
                    Thread.Sleep(random.Next(5));
                    break;
            }
        }
    }

    private void JudgeAll()
    {
        var me = new Actor(this, 5000);
        using var snapshot = Engine.BeginSnapshot();
        Assert.True(me.Last(snapshot) == _history.Last, $"{Story}: a commit is missing at the end");
        for (var key = 0; key < _history.Keys; key++)
        {
            me.Judge(snapshot, key, _history.Last);
        }
    }

    /// <summary>One thread's, or task's, view.</summary>
    private sealed class Actor(HistoryRun run, int name)
    {
        private readonly Random _random = new(unchecked((run._seed * 7919) + name));
        private readonly ValueBuffer _buffer = new();
        private readonly List<int> _changed = [];
        private long _seen;

        /// <summary>Number of the transaction at work.</summary>
        public long Number { get; private set; }

        /// <summary>One transaction; false when it is to be rolled back.</summary>
        public bool Work(Transaction transaction)
        {
            var before = run._history.Last;
            Assert.True(Last(transaction) == before, $"{run.Story}, {name}: a writer does not see the last commit");
            Number = ++run._number;
            _changed.Clear();
            for (var reads = _random.Next(4); reads > 0; reads--)
            {
                Judge(transaction, _random.Next(run._history.Keys), before);
            }

            var kind = _random.Next(20);
            if (kind == 0)
            {
                // An empty commit: it is over when what it read is acknowledged.
                Number = before;
                return true;
            }

            var savepoint = kind < 5 ? transaction.BeginSavepoint() : 0;
            if (kind < 7)
            {
                Change(transaction, before);
                _changed.Clear();
                if (savepoint == 0)
                {
                    return false;
                }

                transaction.RollBackTo(savepoint);
                Judge(transaction, _random.Next(run._history.Keys), before);
            }

            Change(transaction, before);
            run._history.Note(Number, _changed);
            return true;
        }

        /// <summary>After a commit: it is seen.</summary>
        public void LookAtOwn(long number)
        {
            using var snapshot = Begin(out var last);
            Assert.True(
                last >= number, $"{run.Story}, {name}: {number} was acknowledged, but a new snapshot is at {last}");
            Interlocked.Increment(ref run._operations);
        }

        /// <summary>A snapshot, held for a while.</summary>
        public void Look(CancellationToken stop)
        {
            using var snapshot = Begin(out var last);
            for (var rounds = _random.Next(1, 5); rounds > 0; rounds--)
            {
                for (var reads = _random.Next(12); reads > 0; reads--)
                {
                    Judge(snapshot, _random.Next(run._history.Keys), last);
                }

                if (!stop.IsCancellationRequested && _random.Next(2) == 0)
                {
                    Thread.Sleep(_random.Next(6));
                }
            }

            Assert.True(Last(snapshot) == last, $"{run.Story}, {name}: a snapshot went from {last} to another moment");
        }

        public void Judge(PageReader pages, int key, long last)
        {
            var isFound = BTree.TryGet(pages, EngineFixture.State, EngineFixture.Key(key), _buffer);
            var wrong = run._history.Judge(key, isFound ? _buffer.Span : default, isFound, last);
            Assert.True(wrong is null, $"{run.Story}, {name}: {wrong}");
            Interlocked.Increment(ref run._operations);
        }

        public long Last(PageReader pages) =>
            BTree.TryGet(pages, EngineFixture.State, EngineFixture.Key(History.LastKey), _buffer)
                ? BinaryPrimitives.ReadInt64LittleEndian(_buffer.Span)
                : 0;

        private Snapshot Begin(out long last)
        {
            var snapshot = run.Engine.BeginSnapshot();
            last = Last(snapshot);
            Assert.True(last >= _seen, $"{run.Story}, {name}: back in time, from {_seen} to {last}");
            Assert.True(
                run._case.Durability != Durability.Full || run.Engine.DurableSequence >= snapshot.Sequence,
                $"{run.Story}, {name}: {last} is seen before it is durable");
            _seen = last;
            return snapshot;
        }

        private void Change(Transaction transaction, long before)
        {
            var kind = _random.Next(24);
            if (kind == 0)
            {
                RemoveFillers(transaction, before);
            }
            else if (kind < 7)
            {
                PutFillers(transaction, _random.Next(1, kind == 1 ? run._history.Keys - run._history.Lists : 8));
            }

            for (var appends = _random.Next(1, 5); appends > 0; appends--)
            {
                Append(transaction, _random.Next(run._history.Lists), before);
            }

            var number = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(number, Number);
            BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(History.LastKey), number);
        }

        private void Append(Transaction transaction, int key, long before)
        {
            if (_changed.Contains(key))
            {
                return;
            }

            Judge(transaction, key, before);
            var isFound = BTree.TryGet(transaction, EngineFixture.State, EngineFixture.Key(key), _buffer);
            var value = new byte[(isFound ? _buffer.Length : 0) + sizeof(long)];
            (isFound ? _buffer.Span : default).CopyTo(value);
            BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(value.Length - sizeof(long)), Number);
            BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(key), value);
            _changed.Add(key);
        }

        private void PutFillers(Transaction transaction, int count)
        {
            for (var first = _random.Next(run._history.Lists, run._history.Keys); count > 0; count--, first++)
            {
                var key = run._history.Lists + (first % (run._history.Keys - run._history.Lists));
                if (!_changed.Contains(key))
                {
                    BTree.Put(
                        transaction, EngineFixture.State, EngineFixture.Key(key), History.Filler(key, Number));
                    _changed.Add(key);
                }
            }
        }

        private void RemoveFillers(Transaction transaction, long before)
        {
            for (var key = run._history.Lists; key < run._history.Keys; key++)
            {
                Judge(transaction, key, before);
                BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(key));
                _changed.Add(~key);
            }
        }
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>
/// Many tasks with transactions across awaits: they hop between threads, are cancelled, wait in vain for the writer's
/// place, roll back, call twice at a time, wait for themselves. Each knows what must have become of its documents.
/// </summary>
internal sealed class AwaitStress : IDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(2);

    private readonly MemoryFileSystem _files = new();
    private readonly EngineOptions _options;
    private readonly int _seed;
    private readonly Worker[] _workers;

    public AwaitStress(int seed, int workers, int cap, TimeSpan writerTimeout)
    {
        _seed = seed;
        _options = new EngineOptions
        {
            MaxMappedPages = cap,
            WriterTimeout = writerTimeout,
            LogSegmentBytes = 64 << 10,
            CheckpointBytes = 128 << 10,
        };
        Db = Open();
        _workers = [.. Enumerable.Range(1, workers).Select(number => new Worker(this, number))];
    }

    /// <summary>The database that all use.</summary>
    public VMemDatabase Db { get; private set; }

    /// <summary>Operations whose outcome was judged.</summary>
    public long Operations { get; private set; }

    public void Dispose() => Db.Dispose();

    /// <summary>Everyone does so many transactions; then the place is free and all is as it was said to be.</summary>
    public async Task Run(int transactions)
    {
        await Watched(Task.WhenAll(_workers.Select(worker => Task.Run(() => worker.Run(transactions)))), "working");
        await Watched(Task.Run(TakeThePlace), "taking the writer's place");
        Judge();
        Db.Dispose();
        Db = Open();
        Judge();
    }

    /// <summary>The database is closed while everyone works; what was acknowledged is there afterwards.</summary>
    public async Task RunAndClose(TimeSpan after)
    {
        var all = Task.WhenAll(_workers.Select(worker => Task.Run(() => worker.RunUntilClosed())));
        await Task.Delay(after);
        await Watched(Task.Run(async () => await Db.DisposeAsync()), "closing");
        await Watched(all, "ending");
        Db = Open();
        Judge();
    }

    private VMemDatabase Open() =>
        VMemDatabase.Open(new YieldingFileSystem(_files, _seed), "/stress.vmem", _options);

    private async Task TakeThePlace()
    {
        await using var transaction = await Db.BeginTransactionAsync();
        await transaction.GetCollection<Note>("notes").UpsertAsync(new Note { Id = 1, Text = "last" });
        await transaction.CommitAsync();
    }

    private async Task Watched(Task task, string doing)
    {
        try
        {
            await task.WaitAsync(Watchdog);
        }
        catch (TimeoutException)
        {
            throw new XunitException($"Deadlock while {doing}, seed {_seed}");
        }
    }

    private void Judge()
    {
        Db.Check();
        var found = Db.GetCollection<Note>("notes").FindAll().Where(note => note.Id != 1)
            .ToDictionary(note => note.Id, note => note.Text);
        foreach (var worker in _workers)
        {
            Operations += worker.Judge(found, $"seed {_seed}");
        }

        Assert.True(found.Count == 0, $"seed {_seed}: documents of nobody: {string.Join(", ", found.Keys)}");
    }

    /// <summary>A document.</summary>
    public sealed class Note
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";
    }

    /// <summary>One task.</summary>
    private sealed class Worker(AwaitStress stress, int number)
    {
        private readonly Random _random = new(unchecked((stress._seed * 7919) + number));
        private readonly Dictionary<int, Outcome> _outcomes = [];
        private int _next = number * 1_000_000;

        private enum Outcome
        {
            Kept,
            Gone,
            Unknown,
        }

        public async Task Run(int transactions)
        {
            for (var i = 0; i < transactions; i++)
            {
                await Step();
            }
        }

        public async Task RunUntilClosed()
        {
            try
            {
                while (true)
                {
                    await Step();
                }
            }
            catch (ObjectDisposedException)
            {
            }
        }

        /// <summary>Compares, and takes out what it knows of.</summary>
        public int Judge(Dictionary<int, string> found, string story)
        {
            foreach (var (id, outcome) in _outcomes)
            {
                var isThere = found.Remove(id, out var text);
                Assert.True(!isThere || text == TextOf(id), $"{story}: {id} has another text");
                Assert.True(
                    outcome == Outcome.Unknown || isThere == (outcome == Outcome.Kept),
                    $"{story}: {id} was {outcome}, and is {(isThere ? "there" : "not there")}");
            }

            return _outcomes.Count;
        }

        private static string TextOf(int id) => new((char)('a' + (id % 26)), id % 3_000);

        private async Task Step()
        {
            using var source = new CancellationTokenSource();
            if (_random.Next(4) == 0)
            {
                source.CancelAfter(_random.Next(4));
            }

            var ids = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => ++_next).ToList();
            ids.ForEach(id => _outcomes[id] = Outcome.Gone);
            try
            {
                if (_random.Next(4) == 0)
                {
                    await InsertAlone(ids, source.Token);
                }
                else
                {
                    await InsertTogether(ids, source.Token);
                }
            }
            catch (OperationCanceledException)
            {
            }
            catch (TransactionException e) when (IsExpected(e))
            {
                // Closing ends a transaction under its owner's hands.
            }
        }

        private static bool IsExpected(TransactionException e) =>
            e.Reason is TransactionFailure.WriterTimeout or TransactionFailure.OutcomeUnknown
                or TransactionFailure.Closed;

        private async Task InsertAlone(List<int> ids, CancellationToken cancellation)
        {
            foreach (var id in ids)
            {
                await Outcomes([id], async () => await stress.Db.GetCollection<Note>("notes").InsertAsync(
                    new Note { Id = id, Text = TextOf(id) }, cancellation));
            }
        }

        private async Task InsertTogether(List<int> ids, CancellationToken cancellation)
        {
            await using var transaction = await stress.Db.BeginTransactionAsync(cancellation);
            var notes = transaction.GetCollection<Note>("notes");
            foreach (var id in ids)
            {
                await notes.InsertAsync(new Note { Id = id, Text = TextOf(id) }, cancellation);
                await Hop();
            }

            switch (_random.Next(12))
            {
                case 0:
                    transaction.Rollback();
                    return;
                case 1:
                    return;
                case 2:
                    await CallTwice(notes, ids);
                    return;
                case 3:
                    await WaitForMyself();
                    break;
                case 4:
                    var savepoint = transaction.Savepoint();
                    await notes.InsertAsync(new Note { Id = -ids[0] }, CancellationToken.None);
                    await Hop();
                    transaction.RollbackTo(savepoint);
                    break;
                default:
                    break;
            }

            if (_random.Next(3) == 0)
            {
                await Outcomes(ids, () =>
                {
                    transaction.Commit();
                    return Task.CompletedTask;
                });
            }
            else
            {
                await Outcomes(ids, async () => await transaction.CommitAsync(cancellation));
            }
        }

        // Two calls at a time in one transaction: one after the other by chance, or the second one is refused.
        private static async Task CallTwice(DocumentCollection<Note> notes, List<int> ids)
        {
            var calls = Enumerable.Range(0, 2).Select(call => Task.Run(async () =>
            {
                try
                {
                    await notes.UpsertAsync(new Note { Id = ids[0], Text = new string('x', 2_000 * call) });
                }
                catch (TransactionException e) when (
                    e.Reason is TransactionFailure.Overlap or TransactionFailure.Closed)
                {
                }
            }));
            await Task.WhenAll(calls);
        }

        // The place is held by this very flow: that is said at once, not after the timeout.
        private async Task WaitForMyself()
        {
            var error = await Record.ExceptionAsync(
                async () => await stress.Db.GetCollection<Note>("notes").InsertAsync(new Note { Id = -7 }));
            var reason = (error as TransactionException)?.Reason;
            Assert.True(
                reason is TransactionFailure.SelfDeadlock || error is ObjectDisposedException,
                $"expected SelfDeadlock, found {error}");
        }

        private async Task Hop()
        {
            switch (_random.Next(6))
            {
                case 0:
                    await Task.Delay(1, CancellationToken.None);
                    break;
                case < 3:
                    await Task.Yield();
                    break;
                default:
                    break;
            }
        }

        private async Task Outcomes(List<int> ids, Func<Task> commit)
        {
            try
            {
                await commit();
                ids.ForEach(id => _outcomes[id] = Outcome.Kept);
            }
            catch (TransactionException e) when (e.Reason == TransactionFailure.OutcomeUnknown)
            {
                ids.ForEach(id => _outcomes[id] = Outcome.Unknown);
                throw;
            }
            catch (ObjectDisposedException)
            {
                // Closed while it waited: it may have been in time.
                ids.ForEach(id => _outcomes[id] = Outcome.Unknown);
                throw;
            }
        }
    }
}

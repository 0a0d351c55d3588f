using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>
/// Documents move between groups, the sum of all stays; meanwhile an index is built and dropped, the file compacted and
/// cut. In each snapshot an index, where there is one, a scan and the sum say the same.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class IndexHistoryTests : IDisposable
{
    private const int Documents = 120;
    private const int Groups = 6;

    private readonly CancellationTokenSource _stop = new();
    private TestDatabase _database = null!;
    private long _reads;

    [Theory]
    [InlineData(16, 80)]
    [InlineData(64, 160)]
    public async Task Queries_WhileIndexesComeAndGo_SeeOneState(int cap, int moves)
    {
        using var yields = await ForcedYields.Begin(Proof.Seed);
        var options = new EngineOptions
        {
            MaxMappedPages = cap,
            LogSegmentBytes = 64 << 10,
            CheckpointBytes = 128 << 10,
        };
        using var database = new TestDatabase(
            new YieldingFileSystem(new MemoryFileSystem(), Proof.Seed), "/index.vmem", options);
        _database = database;
        Items(database.Db).InsertMany(Enumerable.Range(1, Documents).Select(id => new Item { Id = id, Amount = 100 }));
        var writers = Enumerable.Range(0, 3).Select(i => Task.Run(() => Move(i, Proof.Scale(moves)))).ToList();
        List<Task> others = [Task.Run(BuildAndDrop), .. Enumerable.Range(0, 4).Select(i => Task.Run(() => Read(i)))];
        await Task.WhenAny(Task.WhenAll(writers), Task.WhenAny(others)).WaitAsync(TimeSpan.FromMinutes(3));
        await _stop.CancelAsync();
        await Task.WhenAll([.. writers, .. others]).WaitAsync(TimeSpan.FromMinutes(3));
        Proof.Count(ProofKind.HistoryOperation, _reads, nameof(IndexHistoryTests));
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private static DocumentCollection<Item> Items(VMemDatabase database) => database.GetCollection<Item>("items");

    private async Task Move(int writer, int moves)
    {
        var random = new Random(Proof.Seed + writer);
        for (var i = 0; i < moves && !_stop.IsCancellationRequested; i++)
        {
            await using var transaction = await _database.Db.BeginTransactionAsync();
            var items = transaction.GetCollection<Item>("items");
            var (from, to) = (items.Find(random.Next(1, Documents + 1))!, random.Next(Groups));
            var other = items.Find((from.Id % Documents) + 1)!;
            (from.Amount, other.Amount) = (from.Amount - 7, other.Amount + 7);
            (from.Group, from.Text) = (to, new string('x', random.Next(1_500)));
            items.Update(from);
            await Task.Yield();
            items.Update(other);
            if (random.Next(8) == 0)
            {
                continue;
            }

            await transaction.CommitAsync();
        }
    }

    private void BuildAndDrop()
    {
        var random = new Random(Proof.Seed);
        while (!_stop.IsCancellationRequested)
        {
            Items(_database.Db).EnsureIndex(item => item.Group);
            Thread.Sleep(random.Next(10));
            if (random.Next(3) == 0)
            {
                _database.Db.Compact();
            }

            Items(_database.Db).DropIndex("Group");
        }
    }

    private void Read(int reader)
    {
        while (!_stop.IsCancellationRequested)
        {
            using var snapshot = _database.Db.BeginSnapshot();
            var items = snapshot.GetCollection<Item>("items");
            var all = items.FindAll().ToList();
            Assert.True(all.Count == Documents, $"reader {reader}: {all.Count} documents");
            Assert.True(all.Sum(item => item.Amount) == 100 * Documents, $"reader {reader}: another sum");
            for (var group = 0; group < Groups; group++)
            {
                var wanted = group;
                var found = items.AsQueryable().Where(item => item.Group == wanted).ToList();
                Assert.Equal(
                    all.Where(item => item.Group == wanted).Select(item => (item.Id, item.Amount)).Order(),
                    found.Select(item => (item.Id, item.Amount)).Order());
                Interlocked.Increment(ref _reads);
            }
        }
    }

    /// <summary>A document.</summary>
    public sealed class Item
    {
        public int Id { get; set; }

        public int Group { get; set; }

        public long Amount { get; set; }

        public string Text { get; set; } = "";
    }
}

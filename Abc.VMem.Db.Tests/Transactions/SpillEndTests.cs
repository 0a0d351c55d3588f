using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using static Abc.VMem.Db.Tests.Support.NumberPages;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>Under the temporary file a disk that is full now and then; an end that surprises those at work.</summary>
public class SpillEndTests
{
    private const string Name = "/r.vmem";

    private static readonly EngineOptions Tiny = new()
    {
        MaxMappedPages = 16,
        CheckpointBytes = 64 * 1024,
        BackgroundWork = false,
    };

    // The temporary file's disk is full now and then: what fails says so, and nothing else changes.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Savepoints_OnADiskThatIsFullNowAndThen_EqualTheModel(int seed)
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 80);
        var random = new Random(seed);
        var committed = pages.ToDictionary(page => page, _ => 0L);
        var isFull = false;
        var full = 0;
        files.WritingTo = (path, length, offset) =>
        {
            if (isFull && path.EndsWith("-tmp", StringComparison.Ordinal) && offset + 4096 > length)
            {
                full++;
                throw new IOException("No space left on device.");
            }
        };
        for (var round = 0; round < 150; round++)
        {
            using var transaction = engine.BeginTransaction();
            var model = new Dictionary<PagePos, long>(committed);
            Assert.All(pages, page => Assert.Equal(model[page], Get(transaction, page)));
            for (var i = 0; i < 6; i++)
            {
                var savepoint = transaction.BeginSavepoint();
                var inner = new Dictionary<PagePos, long>(model);
                isFull = random.Next(3) == 0;
                try
                {
                    for (var n = random.Next(60); n > 0; n--)
                    {
                        var page = pages[random.Next(pages.Count)];
                        var value = random.NextInt64();
                        Set(transaction, page, value);
                        inner[page] = value;
                    }

                    if (random.Next(3) == 0)
                    {
                        isFull = false;
                        transaction.RollBackTo(savepoint);
                    }
                    else
                    {
                        model = inner;
                    }

                    isFull = false;
                    transaction.ReleaseSavepoint(savepoint);
                }
                catch (TransactionException e) when (e.Reason == TransactionFailure.StorageFull)
                {
                    isFull = false;
                    transaction.RollBackTo(savepoint);
                    transaction.ReleaseSavepoint(savepoint);
                }

                isFull = false;
                Assert.All(pages, page => Assert.Equal(model[page], Get(transaction, page)));
            }

            if (random.Next(2) == 0)
            {
                transaction.Commit();
                committed = model;
            }
        }

        Assert.True(full > 10, $"{full}");
    }

    // Readers, a temporary operation and a writer are surprised by the end.
    [Theory]
    [InlineData(false, 40)]
    [InlineData(true, 30)]
    public async Task Dispose_WhileOthersWork_SaysSo(bool disk, int rounds)
    {
        using var folder = new TemporaryFolder();
        var wrong = new List<Exception>();
        for (var round = 0; round < rounds; round++)
        {
            IFileSystem files = disk ? DiskFileSystem.Instance : new MemoryFileSystem();
            var path = disk ? folder.File($"{round}.vmem") : Name;
            var engine = Engine.Open(files, path, Tiny with { BackgroundWork = round % 2 == 0 });
            var pages = Fill(engine, 80);
            var tasks = Enumerable.Range(0, 5).Select(kind => Task.Run(() => Work(kind))).ToArray();
            Thread.Sleep(round % 10);
            try
            {
                engine.Dispose();
            }
            catch (Exception e)
            {
                wrong.Add(new InvalidOperationException("Dispose threw", e));
            }

            await Task.WhenAll(tasks);

            void Work(int kind)
            {
                try
                {
                    while (!engine.IsClosed)
                    {
                        Some(engine, kind, pages);
                    }
                }
                catch (Exception e) when (e is ObjectDisposedException or TransactionException)
                {
                }
                catch (Exception e)
                {
                    lock (wrong)
                    {
                        wrong.Add(new InvalidOperationException($"kind {kind}", e));
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    private static void Some(Engine engine, int kind, List<PagePos> pages)
    {
        if (kind == 0)
        {
            SetAll(engine, pages, 5);
        }
        else if (kind == 1)
        {
            using var temporary = engine.OpenTemporary();
            var own = Enumerable.Range(0, 60).Select(i => New(temporary, i)).ToList();
            own.ForEach(page => Get(temporary, page));
        }
        else
        {
            using var snapshot = engine.BeginSnapshot();
            for (var i = 0; i < kind; i++)
            {
                pages.ForEach(page => Get(snapshot, page));
            }
        }
    }
}

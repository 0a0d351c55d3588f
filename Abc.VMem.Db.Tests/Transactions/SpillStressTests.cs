using System.Diagnostics;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using static Abc.VMem.Db.Tests.Support.NumberPages;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>
/// One writer with savepoints and rollbacks, readers that hold snapshots, checkpoints, temporary pages: all at once, at
/// the smallest caps.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class SpillStressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Dictionary<PagePos, long> _committed = [];
    private Engine _engine = null!;
    private Random _random = null!;
    private int _seed;
    private int _round;

    [Theory]
    [InlineData(16, 1, false, false)]
    [InlineData(16, 2, true, false)]
    [InlineData(24, 3, true, true)]
    [InlineData(20, 4, false, true)]
    [InlineData(32, 5, false, false)]
    public async Task Everything_AtOnce_EqualsTheModel(int cap, int seed, bool background, bool disk)
    {
        IFileSystem files = disk ? DiskFileSystem.Instance : new MemoryFileSystem();
        var options = new EngineOptions
        {
            MaxMappedPages = cap,
            CheckpointBytes = 64 * 1024,
            BackgroundWork = background,
            Durability = Durability.None,
        };
        _engine = Engine.Open(files, disk ? _folder.File("x.vmem") : "/x.vmem", options);
        (_random, _seed) = (new Random(seed), seed);
        var others = Enumerable.Range(0, 3).Select(i => Task.Run(() => Reader(seed + (100 * i)))).ToList();
        others.Add(Task.Run(Temporary));
        others.Add(Task.Run(Checkpoints));
        var clock = Stopwatch.StartNew();
        var order = new List<PagePos>();
        while (clock.ElapsedMilliseconds < 2_000 * Proof.Effort && !others.Exists(other => other.IsFaulted))
        {
            _round++;
            order = Round(order);
        }

        await _stop.CancelAsync();
        await Task.WhenAll(others);
        Assert.True(_engine.Pool.PeakMappedPages <= cap);
        _engine.Checkpoint();
        Assert.Equal(0, _engine.Pool.SpilledPages);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private List<PagePos> Round(List<PagePos> before)
    {
        using var transaction = _engine.BeginTransaction();
        var (model, pages) = (new Dictionary<PagePos, long>(_committed), new List<PagePos>(before));
        var moments = new List<Moment>();
        for (var steps = _random.Next(1, 300); steps > 0; steps--)
        {
            Step(transaction, ref model, ref pages, moments);
        }

        foreach (var (page, value) in model)
        {
            Assert.True(Get(transaction, page) == value, $"seed {_seed}, round {_round}, page {page}, inside");
        }

        if (_random.Next(3) == 0)
        {
            return before;
        }

        lock (_gate)
        {
            transaction.Commit();
            _committed = model;
        }

        return pages;
    }

    private void Step(
        Transaction transaction, ref Dictionary<PagePos, long> model, ref List<PagePos> pages, List<Moment> moments)
    {
        var kind = _random.Next(40);
        if (kind == 0)
        {
            moments.Add(new Moment(transaction.BeginSavepoint(), new(model), [.. pages]));
        }
        else if (kind == 1 && moments.Count > 0)
        {
            var at = _random.Next(moments.Count);
            transaction.RollBackTo(moments[at].Number);
            (model, pages) = (new(moments[at].Model), [.. moments[at].Order]);
            moments.RemoveRange(at + 1, moments.Count - at - 1);
        }
        else if (kind == 2 && moments.Count > 0)
        {
            var at = _random.Next(moments.Count);
            transaction.ReleaseSavepoint(moments[at].Number);
            moments.RemoveRange(at, moments.Count - at);
        }
        else if (kind < 10 || pages.Count < 20)
        {
            var value = _random.NextInt64();
            var page = New(transaction, value);
            Assert.False(model.ContainsKey(page));
            model[page] = value;
            pages.Add(page);
        }
        else if (kind < 10 + Math.Min(12, pages.Count / 30))
        {
            var at = _random.Next(pages.Count);
            transaction.Free(pages[at]);
            model.Remove(pages[at]);
            pages.RemoveAt(at);
        }
        else
        {
            var page = pages[_random.Next(pages.Count)];
            model[page] = _random.NextInt64();
            Set(transaction, page, model[page]);
        }
    }

    private void Reader(int readerSeed)
    {
        var own = new Random(readerSeed);
        while (!_stop.IsCancellationRequested)
        {
            Snapshot snapshot;
            Dictionary<PagePos, long> model;
            lock (_gate)
            {
                (snapshot, model) = (_engine.BeginSnapshot(), _committed);
            }

            using (snapshot)
            {
                for (var i = own.Next(4); i >= 0 && !_stop.IsCancellationRequested; i--)
                {
                    foreach (var (page, value) in model)
                    {
                        var found = Get(snapshot, page);
                        Assert.True(found == value, $"seed {_seed}, round {_round}, page {page}, a snapshot");
                    }
                }
            }
        }
    }

    private void Temporary()
    {
        var own = new Random(_seed);
        while (!_stop.IsCancellationRequested)
        {
            using var pages = _engine.OpenTemporary();
            var model = new Dictionary<PagePos, long>();
            for (var i = 0; i < 150; i++)
            {
                var page = model.Count > 50 && own.Next(3) != 0 ? model.Keys.ElementAt(own.Next(50)) : default;
                if (page.Value == 0)
                {
                    model[New(pages, i)] = i;
                }
                else if (own.Next(3) == 0)
                {
                    pages.Free(page);
                    model.Remove(page);
                }
                else
                {
                    Assert.Equal(model[page], Get(pages, page));
                    Set(pages, page, model[page] = -i);
                }
            }

            foreach (var (page, value) in model)
            {
                Assert.Equal(value, Get(pages, page));
            }
        }
    }

    private void Checkpoints()
    {
        while (!_stop.IsCancellationRequested)
        {
            Thread.Sleep(20);
            _engine.Checkpoint();
        }
    }

    private sealed record Moment(int Number, Dictionary<PagePos, long> Model, List<PagePos> Order);
}

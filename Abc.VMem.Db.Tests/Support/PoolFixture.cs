using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A pool for one test, at the cap's floor unless said otherwise; it never maps more than its cap.</summary>
internal sealed class PoolFixture : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly EngineOptions _options;

    public PoolFixture(
        int maxMappedPages = Pool.MinMappedPages,
        IFileSystem? files = null,
        string path = "d/pool.vmem",
        EngineOptions? options = null)
    {
        (_files, _path) = (files ?? new MemoryFileSystem(), path);
        _options = (options ?? new()) with { MaxMappedPages = maxMappedPages };
        Pool = Pool.Open(_files, _path, _options);
    }

    public Pool Pool { get; private set; }

    public IFileSystem Files => _files;

    public string Path => _path;

    /// <summary>Closes and opens it.</summary>
    public Pool Reopen()
    {
        Dispose();
        return Pool = Pool.Open(_files, _path, _options);
    }

    /// <summary>Every page that is not free, apart from the root and the start page, is one of these.</summary>
    public void AssertUsed(params long[] pages) => Assert.Equal(pages.Order(), UsedPages());

    /// <summary>Positions of all pages that are not free, from 2 on, in ascending order.</summary>
    public List<long> UsedPages()
    {
        var snapshot = Pool.EnterRead();
        try
        {
            var free = new HashSet<long>();
            FreePages.Visit(snapshot, (position, _) => Assert.True(free.Add(position.Value), $"page {position} free twice"));
            using var root = snapshot.Read(PagePos.Root);
            var count = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
            var used = new List<long>();
            for (var i = 2L; i < count; i++)
            {
                if (!free.Contains(i))
                {
                    used.Add(i);
                }
            }

            return used;
        }
        finally
        {
            Pool.ExitRead(snapshot);
        }
    }

    /// <summary>Closes the pool after a look at its figures.</summary>
    public void Dispose()
    {
        Assert.True(Pool.PeakMappedPages <= Pool.MaxMappedPages);
        Pool.Dispose();
    }
}

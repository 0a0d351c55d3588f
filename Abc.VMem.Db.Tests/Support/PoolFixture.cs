using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// A pool on a memory or simulated file system; when it is disposed everything in it must hold, no page may have
/// leaked, and it may never have mapped more than its cap.
/// </summary>
internal sealed class PoolFixture : IDisposable
{
    private readonly EngineOptions _options;

    public PoolFixture(int cap = Pool.MinMappedPages, IFileSystem? files = null, string path = "/test.pool")
        : this(new EngineOptions { MaxMappedPages = cap }, files, path)
    {
    }

    public PoolFixture(EngineOptions options, IFileSystem? files = null, string path = "/test.pool")
    {
        (Files, Path, _options) = (files ?? new MemoryFileSystem(), path, options);
        Pool = Pool.Open(Files, Path, _options);
    }

    public IFileSystem Files { get; }

    public string Path { get; }

    public Pool Pool { get; private set; }

    /// <summary>Pages of its own that the program says it still uses; null = all of type Program.</summary>
    public IReadOnlyCollection<PagePos>? ProgramPages { get; set; }

    /// <summary>Set it when a test damages or leaks on purpose: nothing is checked at the end.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>A place for a state, on the start page: number 0 to 123.</summary>
    public static PageAddress Slot(int number) => Pool.StartAddress.Plus(number * Db.Structures.VMemState.Bytes);

    public Pool Reopen()
    {
        Pool.Dispose();
        return Pool = Pool.Open(Files, Path, _options);
    }

    /// <summary>Every page that is not free, apart from the root and the start page, is one of these.</summary>
    public void AssertUsed(params long[] pages)
    {
        var report = Check();
        var positions = Enumerable.Range(2, (int)report.PageCount - 2).Select(position => (long)position);
        Assert.Equal(pages.Order(), positions.Where(position => report.Explain(new(position)) != "free"));
    }

    /// <summary>Everything holds, and each page is used or free.</summary>
    public PoolReport Check()
    {
        var report = Pool.Check(programPages: ProgramPages);
        Assert.True(report.IsWhole, report.ToString());
        Assert.InRange(Pool.PeakMappedPages, 0, Pool.MaxMappedPages);
        return report;
    }

    public void Dispose()
    {
        // A pool that failed, as on a simulated disk, is checked after it was opened again.
        if (!IsDamaged)
        {
            Check();
        }

        Pool.Dispose();
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A database for one test, in memory or on any file system. Every test ends with a check of it.</summary>
internal sealed class TestDatabase : IDisposable
{
    /// <summary>The cap of most tests: enough for them, yet so small that pages are evicted at times.</summary>
    private const int DefaultPages = 1024;

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly EngineOptions _options;

    public TestDatabase()
        : this(TestPages.Or(DefaultPages))
    {
    }

    public TestDatabase(int maxMappedPages)
        : this(new MemoryFileSystem(), "test", new EngineOptions { MaxMappedPages = maxMappedPages })
    {
    }

    public TestDatabase(IFileSystem files, string path, EngineOptions options)
    {
        (_files, _path, _options) = (files, path, options);
        Db = VMemDatabase.Open(files, path, options);
    }

    public VMemDatabase Db { get; private set; }

    /// <summary>Closes and opens it, with a check before.</summary>
    public VMemDatabase Reopen()
    {
        Dispose();
        return Db = VMemDatabase.Open(_files, _path, _options);
    }

    public void Dispose()
    {
        try
        {
            Db.Check();
            Assert.True(Db.GetStatistics().PeakMappedPages <= _options.MaxMappedPages);
        }
        finally
        {
            Db.Dispose();
        }
    }
}

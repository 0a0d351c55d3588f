using System.Globalization;
using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// An engine with one map whose state lies at the start of page 1; checks everything when it is disposed.
/// </summary>
internal sealed class EngineFixture : IDisposable
{
    public static readonly PageAddress State = new(PagePos.Start, 64);

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly EngineOptions _options;

    public EngineFixture(EngineOptions? options = null, IFileSystem? files = null, string path = "/test.vmem")
    {
        _files = files ?? new MemoryFileSystem();
        _path = path;
        _options = options ?? new EngineOptions();
        Engine = Engine.Open(_files, _path, _options);
    }

    public Engine Engine { get; private set; }

    public IFileSystem Files => _files;

    public static byte[] Key(int i) => Encoding.ASCII.GetBytes(i.ToString("D8", CultureInfo.InvariantCulture));

    public static byte[] Value(int i, int length = 100)
    {
        var value = new byte[length];
        new Random(i).NextBytes(value);
        return value;
    }

    public void Reopen()
    {
        Engine.Dispose();
        Engine = Engine.Open(_files, _path, _options);
    }

    public void Put(int key, byte[] value)
    {
        using var transaction = Engine.BeginTransaction();
        BTree.Put(transaction, State, Key(key), value);
        transaction.Commit();
    }

    public byte[]? Get(int key)
    {
        using var snapshot = Engine.BeginSnapshot();
        return Get(snapshot, key);
    }

    public static byte[]? Get(PageReader reader, int key)
    {
        var buffer = new ValueBuffer();
        return BTree.TryGet(reader, State, Key(key), buffer) ? buffer.Span.ToArray() : null;
    }

    /// <summary>Every page is reachable or free, never both; the map holds.</summary>
    public void Check()
    {
        using var snapshot = Engine.BeginSnapshot();
        var seen = new HashSet<PagePos> { PagePos.Root, PagePos.Start };
        BTree.Check(snapshot, State, position => Assert.True(seen.Add(position), $"page {position} twice"));
        FreePages.Visit(snapshot, (position, _) => Assert.True(seen.Add(position), $"page {position} free and used"));
        using var root = snapshot.Read(PagePos.Root);
        Assert.Equal(Layout.At<RootPageLayout>(root.Payload, 0).PageCount, seen.Count);
    }

    public void Dispose()
    {
        Check();
        Engine.Dispose();
    }
}

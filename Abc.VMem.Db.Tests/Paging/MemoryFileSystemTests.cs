using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Paging;

/// <summary>Files in memory behave as files do.</summary>
public sealed class MemoryFileSystemTests
{
    private const string Path = "/a";

    private readonly MemoryFileSystem _files = new();

    [Fact]
    public void Open_NewFileThatIsThere_IsRefused()
    {
        _files.Open(Path, FileOpening.CreateNew).Dispose();
        Assert.Throws<IOException>(() => _files.Open(Path, FileOpening.CreateNew));
    }

    [Theory]
    [InlineData(FileOpening.Exclusive)]
    [InlineData(FileOpening.ReadOnly)]
    internal void Open_FileThatIsNotThere_IsRefused(FileOpening opening)
    {
        var error = Assert.Throws<DatabaseOpenException>(() => _files.Open(Path, opening));
        Assert.Equal((OpenFailure.NotFound, Path), (error.Reason, error.Path));
        Assert.False(_files.Exists(Path));
    }

    [Fact]
    public void Rename_FileThatIsNotThere_IsRefused() =>
        Assert.Throws<FileNotFoundException>(() => _files.Rename(Path, "/b"));

    [Fact]
    public void Rename_File_KeepsItsBytesUnderTheOtherName()
    {
        _files.Open(Path, FileOpening.CreateNew).Write([1, 2, 3], 0);
        _files.Rename(Path, "/b");
        var file = _files.Open("/b", FileOpening.Exclusive);
        Assert.Equal("/b", file.Path);
        Assert.Equal(3, file.Length);
        Assert.False(_files.Exists(Path));
        _files.Delete("/b");
        Assert.False(_files.Exists("/b"));
    }

    /// <summary>What was never written reads as zeros; what was cut off stays gone.</summary>
    [Fact]
    public void SetLength_BeyondAndBack_ReadsZeros()
    {
        var file = _files.Open(Path, FileOpening.CreateNew);
        file.SetLength(300_000);
        var bytes = new byte[10];
        Array.Fill(bytes, (byte)9);
        Assert.Equal(10, file.Read(bytes, 200_000));
        Assert.Equal(new byte[10], bytes);
        file.Write([7, 7, 7], 250_000);
        file.SetLength(250_001);
        file.SetLength(300_000);
        Assert.Equal(4, file.Read(bytes.AsSpan(0, 4), 249_999));
        Assert.Equal([0, 7, 0, 0], bytes[..4]);
        Assert.Equal(0, file.Read(bytes, 300_000));
    }
}

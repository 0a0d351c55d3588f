using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Paging;

public sealed class DiskFileSystemTests : IDisposable
{
    private static readonly DiskFileSystem s_files = DiskFileSystem.Instance;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WhileOpen_IsInUse()
    {
        var path = Make();
        using var first = s_files.Open(path, FileOpening.Exclusive);
        Assert.Equal(OpenFailure.InUse, Refused(path, FileOpening.Exclusive));
        Assert.Equal(OpenFailure.InUse, Refused(path, FileOpening.ReadOnly));
    }

    [Fact]
    public void Open_ReadOnlyTwice_IsShared()
    {
        var path = Make();
        using var first = s_files.Open(path, FileOpening.ReadOnly);
        using var second = s_files.Open(path, FileOpening.ReadOnly);
        Assert.Equal(OpenFailure.InUse, Refused(path, FileOpening.Exclusive));
    }

    [Fact]
    public void Rename_OfOpenFile_KeepsTheLock()
    {
        var (from, to) = (_folder.File("from"), _folder.File("to"));
        using var file = s_files.Open(from, FileOpening.CreateNew);
        s_files.Rename(from, to);
        s_files.SyncDirectory(to);
        Assert.Equal(OpenFailure.InUse, Refused(to, FileOpening.Exclusive));
        file.Write([1, 2, 3], 0);
        file.Flush();
        Assert.Equal(3, file.Length);
    }

    [Fact]
    public void SyncDirectory_ThatIsNotThere_Fails() =>
        Assert.Throws<IOException>(() => s_files.SyncDirectory(Path.Combine(_folder.File("nowhere"), "x")));

    [Fact]
    public void Open_Missing_IsNotFound()
    {
        Assert.Equal(OpenFailure.NotFound, Refused(_folder.File("no"), FileOpening.Exclusive));
        Assert.Equal(OpenFailure.NotFound, Refused(_folder.File("no/where"), FileOpening.CreateNew));
    }

    [Fact]
    public void Read_BeyondTheEnd_ReturnsWhatIsThere()
    {
        using var file = s_files.Open(_folder.File("short"), FileOpening.CreateNew);
        file.Write(new byte[100], 0);
        Assert.Equal(40, file.Read(new byte[4096], 60));
        Assert.Equal(0, file.Read(new byte[4096], 200));
    }

    private string Make()
    {
        var path = _folder.File("file");
        File.WriteAllBytes(path, new byte[10]);
        return path;
    }

    private static OpenFailure Refused(string path, FileOpening opening)
    {
        var e = Assert.Throws<DatabaseOpenException>(() => s_files.Open(path, opening));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        return e.Reason;
    }
}

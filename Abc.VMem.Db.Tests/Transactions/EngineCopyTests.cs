using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

public class EngineCopyTests
{
    [Fact]
    public void CopyTo_WhileInUse_IsTheStateOfTheMoment()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("copy.vmem");
        using var fixture = new EngineFixture(new EngineOptions { MaxMappedPages = 64 });
        for (var i = 0; i < 800; i++)
        {
            fixture.Put(i, EngineFixture.Value(i, i % 50 == 0 ? 9000 : 50));
        }

        fixture.Put(0, EngineFixture.Value(0, 10));
        fixture.Engine.CopyTo(path, (done, all) =>
        {
            if (done == all / 2)
            {
                fixture.Put(1, EngineFixture.Value(12345));
            }
        });

        using var copy = new EngineFixture(files: DiskFileSystem.Instance, path: path);
        Assert.Equal(EngineFixture.Value(0, 10), copy.Get(0));
        Assert.Equal(EngineFixture.Value(1, 50), copy.Get(1));
        Assert.Equal(EngineFixture.Value(750, 9000), copy.Get(750));
        copy.Put(900, EngineFixture.Value(900));
        Assert.Throws<DatabaseOpenException>(() => fixture.Engine.CopyTo(path));
    }
}

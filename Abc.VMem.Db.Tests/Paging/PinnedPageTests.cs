using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Paging;

/// <summary>The ends of a pin.</summary>
public sealed class PinnedPageTests
{
    [Fact]
    public void Dispose_Twice_UnpinsOnce()
    {
        using var engine = Engine.Open(
            new MemoryFileSystem(), "/p.vmem", new EngineOptions { MaxMappedPages = 16, BackgroundWork = false });
        var pages = NumberPages.Fill(engine, 40);
        using (var transaction = engine.BeginTransaction())
        {
            var written = transaction.Write(pages[0]);
            written.Dispose();
            written.Dispose();
            transaction.Commit();
        }

        using var snapshot = engine.BeginSnapshot();
        var read = snapshot.Read(pages[0]);
        read.Dispose();
        read.Dispose();

        // A pin that went below zero would keep the frame for ever, or give it away under a reader.
        Assert.All(pages, page => Assert.Equal(0, NumberPages.Get(snapshot, page)));
    }

    [Fact]
    public void Dispose_OfNothing_DoesNothing()
    {
        default(PinnedPage).Dispose();
        default(WritablePage).Dispose();
    }
}

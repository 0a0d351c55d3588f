using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A scope over one writer, as a transaction is. Counts what was entered and not left.</summary>
internal sealed class FakeScope(PageWriter pages) : PageScope
{
    /// <summary>Reads and writes entered and not left.</summary>
    public int Open { get; private set; }

    public int Abandoned { get; private set; }

    public override PageReader EnterRead()
    {
        Open++;
        return pages;
    }

    public override void ExitRead(PageReader reader) => Open--;

    public override PageWriter EnterWrite()
    {
        Open++;
        return pages;
    }

    public override async ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        return EnterWrite();
    }

    public override void ExitWrite(PageWriter writer) => Open--;

    public override async ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        ExitWrite(writer);
    }

    public override void AbandonWrite(PageWriter writer)
    {
        Open--;
        Abandoned++;
    }
}

/// <summary>A map at a fixed place, which exists from its first write on.</summary>
internal sealed class FakeLocator(StateAddress address) : MapLocator
{
    public bool Exists { get; private set; }

    public override bool TryFind(PageReader pages, out StateAddress found)
    {
        found = address;
        return Exists;
    }

    public override StateAddress FindOrCreate(PageWriter pages)
    {
        Exists = true;
        return address;
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A scope over one writer, as a transaction is. Counts what was entered and not left.</summary>
internal sealed class FakeScope(PageWriter pages) : PageScope
{
    /// <summary>Reads and writes entered and not left.</summary>
    public int Open { get; private set; }

    public int Abandoned { get; private set; }

    internal override TemporaryPages OpenTemporary() => throw new NotSupportedException();

    internal override IDisposable TakeWork(out long bytes) => new WorkMemory(1 << 20).Take(out bytes);

    internal override PageReader EnterRead()
    {
        Open++;
        return pages;
    }

    internal override void ExitRead(PageReader reader) => Open--;

    internal override PageWriter EnterWrite()
    {
        Open++;
        return pages;
    }

    internal override async ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        return EnterWrite();
    }

    internal override void ExitWrite(PageWriter writer) => Open--;

    internal override async ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        ExitWrite(writer);
    }

    internal override void AbandonWrite(PageWriter writer)
    {
        Open--;
        Abandoned++;
    }
}

/// <summary>A map at a fixed place, which exists from its first write on.</summary>
internal sealed class FakeLocator(PageAddress address) : StateLocator
{
    public bool Exists { get; private set; }

    public override bool TryFind(PageReader pages, out PageAddress found)
    {
        found = address;
        return Exists;
    }

    public override PageAddress FindOrCreate(PageWriter pages)
    {
        Exists = true;
        return address;
    }
}

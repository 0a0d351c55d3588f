using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>A slot that a definition at hand names.</summary>
internal sealed class SlotLocator(PageAddress slot) : StateLocator
{
    /// <inheritdoc/>
    public override bool TryFind(PageReader pages, out PageAddress address)
    {
        address = slot;
        return true;
    }

    /// <inheritdoc/>
    public override PageAddress FindOrCreate(PageWriter pages) => slot;
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Knows where a structure's state is. A named structure may not exist yet: then it reads as empty.
/// </summary>
internal abstract class StateLocator
{
    /// <summary>The state's place as of a reader's moment; false when the structure does not exist there.</summary>
    public abstract bool TryFind(PageReader pages, out PageAddress address);

    /// <summary>
    /// The state of a chain and its place; false when the structure does not exist or is empty, where the place may
    /// not be known: then its page is the root page.
    /// </summary>
    public virtual bool TryRead(PageReader pages, out PageAddress address, out ChainState state)
    {
        state = default;
        if (!TryFind(pages, out address))
        {
            return false;
        }

        using var page = pages.Read(address.Page);
        state = Layout.At<ChainState>(page.Bytes, address.Offset);
        return true;
    }

    /// <summary>The state's place; creates the structure when it does not exist.</summary>
    public abstract PageAddress FindOrCreate(PageWriter pages);
}

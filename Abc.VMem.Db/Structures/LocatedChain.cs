using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A state that lies in a page.</summary>
internal sealed class LocatedChain : ChainHome
{
    private readonly StateLocator _locator;

    /// <summary>Prepares to keep a state in a page.</summary>
    /// <param name="locator">Knows where.</param>
    /// <param name="kind">Which structure it is.</param>
    /// <param name="itemBytes">Bytes of an item; 0 for opaque pages.</param>
    public LocatedChain(StateLocator locator, StateKind kind, int itemBytes)
        : base(kind, itemBytes) => _locator = locator;

    /// <inheritdoc/>
    protected override ChainState ReadState(PageReader pages)
    {
        if (!_locator.TryFind(pages, out var address))
        {
            return Empty;
        }

        using var page = pages.Read(address.Page);
        return Verified(Layout.At<ChainState>(page.Bytes, address.Offset));
    }

    /// <inheritdoc/>
    public override void Write(PageWriter pages, in ChainState state)
    {
        var address = _locator.FindOrCreate(pages);
        using var page = pages.Write(address.Page);
        Layout.At<ChainState>(page.Bytes, address.Offset) = Stored(state);
    }

    /// <inheritdoc/>
    public override bool IsSame(PageReader pages, ChainHome other) =>
        ReferenceEquals(this, other)
        || (other is LocatedChain located
            && _locator.TryFind(pages, out var mine) && located._locator.TryFind(pages, out var theirs)
            && mine == theirs);
}

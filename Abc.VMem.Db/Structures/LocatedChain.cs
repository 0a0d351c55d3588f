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
    public override void Write(PageWriter pages, PageAddress place, in ChainState state)
    {
        var address = place.Page == PagePos.Root ? _locator.FindOrCreate(pages) : place;
        using var page = pages.Write(address.Page);
        Layout.At<ChainState>(page.Bytes, address.Offset) = Stored(in state);
    }

    /// <inheritdoc/>
    public override bool IsSame(PageReader pages, ChainHome other) =>
        ReferenceEquals(this, other)
        || (other is LocatedChain located
            && _locator.TryFind(pages, out var mine) && located._locator.TryFind(pages, out var theirs)
            && mine == theirs);

    /// <inheritdoc/>
    protected override ChainState ReadState(PageReader pages, out PageAddress place) =>
        _locator.TryRead(pages, out place, out var state) ? Verified(in state) : Empty;
}

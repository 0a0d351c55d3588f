using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A state at a place that the program chose: on its start page, in a page of its own, or in another structure's items.
/// </summary>
internal sealed class AddressLocator : StateLocator
{
    private readonly PageAddress _address;
    private readonly StateKind _kind;

    /// <summary>Prepares to find a state.</summary>
    /// <param name="address">Its place.</param>
    /// <param name="kind">The structure that uses it.</param>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public AddressLocator(PageAddress address, StateKind kind)
    {
        var first = address.Page == PagePos.Start ? ProgramHead.ProgramOffset : Page.HeaderBytes;
        if (address.Page.Value < PagePos.Start.Value
            || address.Offset < first || address.Offset > Page.Size - VMemState.Bytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(address),
                address,
                FormattableString.Invariant(
                    $"A state of {VMemState.Bytes} bytes lies in one page, from byte {Page.HeaderBytes} on ")
                + FormattableString.Invariant($"(on the start page from {ProgramHead.ProgramOffset} on)."));
        }

        (_address, _kind) = (address, kind);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The page is none of the program's, or another structure is
    /// there.</exception>
    public override bool TryFind(PageReader pages, out PageAddress address)
    {
        address = _address;
        using var page = pages.Read(address.Page);
        RequireProgramPage(in page);
        var found = Layout.At<ChainState>(page.Bytes, address.Offset).Kind;
        var isBlank = found == StateKind.None
            && !page.Bytes.Slice(address.Offset, VMemState.Bytes).ContainsAnyExcept((byte)0);
        if (found != _kind && !isBlank)
        {
            throw new ArgumentException(
                found != StateKind.None && Enum.IsDefined(found)
                    ? $"The state at {address} is that of another structure ({found}), not of this one ({_kind})."
                    : $"The bytes at {address} are no state. A state is all zero before its first use.");
        }

        return !isBlank;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The page is none of the program's, or another structure is
    /// there.</exception>
    public override PageAddress FindOrCreate(PageWriter pages)
    {
        TryFind(pages, out var address);
        return address;
    }

    // In any other page the bytes belong to the pool: a catalog's slots, a node of a map.
    private void RequireProgramPage(in PinnedPage page)
    {
        var isProgram = page.Header.Type switch
        {
            PageType.Start => Layout.At<ProgramHead>(page.Payload, 0).Kind != StartPageKind.Catalog,
            PageType.Linked or PageType.Items or PageType.Program => true,
            _ => false,
        };
        if (!isProgram)
        {
            throw new ArgumentException(
                $"Page {_address.Page} is none of the program's own ({page.Header.Type}), so no state of its can lie "
                + "there. Use the start page, a page that was allocated, or the items of a list.");
        }
    }
}

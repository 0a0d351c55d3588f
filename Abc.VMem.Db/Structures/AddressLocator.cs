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
    /// <param name="pages">Where it will be looked up.</param>
    /// <param name="address">Its place.</param>
    /// <param name="kind">The structure that uses it.</param>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    /// <exception cref="ArgumentException">It is the start page of a database.</exception>
    public AddressLocator(PageSource pages, PageAddress address, StateKind kind)
    {
        ArgumentNullException.ThrowIfNull(pages);
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

        // Also before the catalog's first write, when nothing on the page tells yet.
        if (address.Page == PagePos.Start && pages.HasCatalog)
        {
            throw new ArgumentException(
                "The start page of a database is its catalog's, so no state of a program can lie there.",
                nameof(address));
        }

        (_address, _kind) = (address, kind);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// There is no such page, it is none of the program's, or another structure or no state is there.
    /// </exception>
    public override bool TryFind(PageReader pages, out PageAddress address) => TryRead(pages, out address, out _);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// There is no such page, it is none of the program's, or another structure or no state is there.
    /// </exception>
    public override bool TryRead(PageReader pages, out PageAddress address, out ChainState state)
    {
        address = _address;
        using var page = Read(pages);
        RequireProgramPage(in page);
        state = Layout.At<ChainState>(page.Bytes, address.Offset);
        var found = state.Kind;
        if (found == _kind)
        {
            return true;
        }

        if (found != StateKind.None || !Layout.At<VMemState>(page.Bytes, address.Offset).IsEmpty)
        {
            throw new ArgumentException(
                found != StateKind.None && Enum.IsDefined(found)
                    ? $"The state at {address} is that of another structure ({found}), not of this one ({_kind})."
                    : $"The bytes at {address} are no state. A state is all zero before its first use.");
        }

        return false;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// There is no such page, it is none of the program's, or another structure or no state is there.
    /// </exception>
    public override PageAddress FindOrCreate(PageWriter pages)
    {
        TryFind(pages, out var address);
        return address;
    }

    private PinnedPage Read(PageReader pages) =>
        ProgramPages.TryRead(pages, _address.Page, out var page)
            ? page
            : throw new ArgumentException($"The pool has no page {_address.Page}, so no state can lie there.");

    // In any other page the bytes belong to the pool: a catalog's slots, a node of a map.
    private void RequireProgramPage(in PinnedPage page)
    {
        var isProgram = page.Header.Type switch
        {
            PageType.Start => Layout.At<ProgramHead>(page.Payload, 0).Kind != StartPageKind.Catalog,
            PageType.Items => IsInItem(in page.Header),
            PageType.Linked or PageType.Program => true,
            _ => false,
        };
        if (!isProgram)
        {
            throw new ArgumentException(
                $"Page {_address.Page} is none of the program's own ({page.Header.Type}), so no state of its can lie "
                + "there. Use the start page, a page that was allocated, or the items of a list.");
        }
    }

    // Else a change of the state would overwrite other items.
    private bool IsInItem(in PageHeader header)
    {
        var (bytes, offset) = (ItemPages.ItemBytesOf(in header), _address.Offset - Page.HeaderBytes);
        return bytes > 0
            && offset / bytes < header.ItemCount
            && (offset % bytes) + VMemState.Bytes <= bytes;
    }
}

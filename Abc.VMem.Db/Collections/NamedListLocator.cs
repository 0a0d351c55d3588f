using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>Finds a named list, stack or string.</summary>
internal sealed class NamedListLocator : CatalogLocator
{
    private readonly CatalogKind _kind;
    private readonly int _itemBytes;

    /// <summary>Prepares to find a list, stack or string.</summary>
    /// <param name="catalog">The definitions.</param>
    /// <param name="kind">Which of these.</param>
    /// <param name="name">Its name.</param>
    /// <param name="itemBytes">Bytes of an item; 1 for a string.</param>
    public NamedListLocator(Catalog catalog, CatalogKind kind, string name, int itemBytes)
        : base(catalog, kind, name) => (_kind, _itemBytes) = (kind, itemBytes);

    /// <inheritdoc/>
    /// <exception cref="CorruptDatabaseException">The state has items of another size than the definition.</exception>
    public override bool TryRead(PageReader pages, out PageAddress address, out ChainState state)
    {
        if (!base.TryRead(pages, out address, out state))
        {
            return false;
        }

        // The definition has the caller's size, or it would have been refused.
        return state.ItemBytes == _itemBytes || state.PageCount == 0
            ? true
            : throw new CorruptDatabaseException(
                $"{ListDefinition.TextOf(_kind)} '{Name}'",
                address.Page.Value,
                FormattableString.Invariant($"items of {_itemBytes} bytes"),
                FormattableString.Invariant($"items of {state.ItemBytes} bytes"));
    }

    /// <inheritdoc/>
    protected override void RefuseOther(NamedDefinition definition)
    {
        var stored = ((ListDefinition)definition).ItemBytes;
        if (stored != _itemBytes)
        {
            var structure = $"{ListDefinition.TextOf(_kind)} '{Name}'";
            throw new ArgumentException(FormattableString.Invariant(
                $"The {structure} has items of {stored} bytes, not of {_itemBytes}. Use a type of the stored size."));
        }
    }

    /// <inheritdoc/>
    protected override NamedDefinition Create(PageWriter pages) =>
        Catalog.CreateList(pages, _kind, Name, _itemBytes);
}

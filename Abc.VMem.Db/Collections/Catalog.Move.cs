using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Definitions follow a page of slots that moves.</summary>
internal sealed partial class Catalog
{
    /// <summary>Makes every definition that names a slot of a page name the same slot of another one.</summary>
    public void MoveSlots(PageWriter pages, PagePos from, PagePos to)
    {
        foreach (var name in Names(pages, CatalogKind.Collection))
        {
            if (FindCollection(pages, name) is { } definition && definition.NamesSlotIn(from))
            {
                Store(pages, definition.WithSlots(address => Moved(address, from, to)));
            }
        }

        foreach (var kind in Enum.GetValues<CatalogKind>().Where(kind => kind != CatalogKind.Collection))
        {
            foreach (var name in Names(pages, kind))
            {
                MoveSlot(pages, FindNamed(pages, kind, name), from, to);
            }
        }
    }

    private void MoveSlot(PageWriter pages, NamedDefinition? definition, PagePos from, PagePos to)
    {
        if (definition is null || definition.State.Page != from)
        {
            return;
        }

        var stamp = NextStamp(pages);
        var state = Moved(definition.State, from, to);
        if (definition is ListDefinition list)
        {
            Store(pages, stamp, list with { State = state }, CatalogEntry.Encode(list with { State = state }, stamp));
        }
        else
        {
            var map = (MapDefinition)definition with { State = state };
            Store(pages, stamp, map, CatalogEntry.Encode(map, stamp));
        }
    }

    private static PageAddress Moved(PageAddress address, PagePos from, PagePos to) =>
        address.Page == from ? new(to, address.Offset) : address;
}

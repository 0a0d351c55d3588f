using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Definitions that come from another database.</summary>
internal sealed partial class Catalog
{
    /// <summary>Defines an empty collection like another database's.</summary>
    public CollectionDefinition AddLike(PageWriter pages, CollectionDefinition other)
    {
        EnsureCatalog(pages);
        return Store(pages, other.WithSlots(_ => StateSlots.Allocate(pages)));
    }

    /// <summary>Defines an empty map, list, stack or string like another database's.</summary>
    public NamedDefinition AddLike(PageWriter pages, NamedDefinition other) => other is ListDefinition list
        ? CreateList(pages, list.Kind, list.Name, list.ItemBytes)
        : CreateMap(pages, other.Name, ((MapDefinition)other).KeyCodecName);
}

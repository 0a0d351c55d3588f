using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Knows where a map's state is. A named map may not exist yet: then it reads as empty.</summary>
internal abstract class MapLocator
{
    /// <summary>The state's place as of a reader's moment; false when the map does not exist there.</summary>
    public abstract bool TryFind(PageReader pages, out StateAddress address);

    /// <summary>The state's place; creates the map when it does not exist.</summary>
    public abstract StateAddress FindOrCreate(PageWriter pages);
}

namespace Abc.VMem.Db.Paging;

/// <summary>What a page holds. DO NOT CHANGE THESE VALUES: they are on disk.</summary>
internal enum PageType : byte
{
    /// <summary>Never written.</summary>
    None = 0,

    /// <summary>Page 0, the pool's metadata.</summary>
    Root = 1,

    /// <summary>Page 1, the program's or the catalog's metadata.</summary>
    Start = 2,

    /// <summary>Positions of single free pages.</summary>
    FreeTrunk = 3,

    /// <summary>More state slots of the catalog, after those of the start page.</summary>
    States = 4,

    /// <summary>Leaf level of a map: keys and values.</summary>
    MapLeaf = 5,

    /// <summary>Key level of a map: separators and child positions.</summary>
    MapBranch = 6,

    /// <summary>Bytes of a value too large for its leaf.</summary>
    Overflow = 7,

    /// <summary>Opaque page of a linked list of pages.</summary>
    Linked = 8,

    /// <summary>Page of a container, list, stack or string: items one after the other.</summary>
    Items = 9,

    /// <summary>Page that a program allocated for itself, or a state of a temporary structure.</summary>
    Program = 10,
}

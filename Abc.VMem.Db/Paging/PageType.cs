namespace Abc.VMem.Db.Paging;

/// <summary>What a page holds. DO NOT CHANGE THESE VALUES: they are on disk.</summary>
public enum PageType : byte
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

    /// <summary>Opaque page of a program or of a list.</summary>
    Linked = 8,
}

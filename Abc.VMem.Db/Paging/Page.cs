namespace Abc.VMem.Db.Paging;

/// <summary>Sizes that every page shares.</summary>
public static class Page
{
    /// <summary>Bytes of a page.</summary>
    public const int Size = 4096;

    /// <summary>Bytes of a page's header.</summary>
    public const int HeaderBytes = PageHeader.Bytes;

    /// <summary>Bytes of a page after its header.</summary>
    public const int PayloadBytes = Size - HeaderBytes;
}

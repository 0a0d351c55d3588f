using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Stands in a leaf cell for a value that is kept in a chain of overflow pages. FORMAT.md §6. Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct OverflowReference
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 24;

    /// <summary>First page of the chain.</summary>
    [FieldOffset(0)] public PagePos Front;

    /// <summary>Last page of the chain.</summary>
    [FieldOffset(8)] public PagePos Back;

    /// <summary>Length of the value, in bytes.</summary>
    [FieldOffset(16)] public long Length;
}

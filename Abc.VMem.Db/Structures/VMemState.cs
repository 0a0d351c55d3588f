using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Room for the state of one structure: 32 bytes that locate it. A program places fields of this type where it wants
/// its structures to be found again: in a struct on the start page, in the items of a list, in a page of its own. All
/// zero = an empty structure of any kind. The content belongs to the structure; a copy of it is no copy of the
/// structure.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
public readonly struct VMemState
{
    /// <summary>Size of a state, in bytes.</summary>
    public const int Bytes = MapState.Bytes;

    private readonly ulong _word0;
    private readonly ulong _word1;
    private readonly ulong _word2;
    private readonly ulong _word3;

    /// <summary>Whether the structure is empty.</summary>
    public bool IsEmpty => (_word0 | _word1 | _word2 | _word3) == 0;
}

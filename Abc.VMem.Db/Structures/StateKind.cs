namespace Abc.VMem.Db.Structures;

/// <summary>
/// Which structure a state locates: the last two bytes of every state. DO NOT CHANGE THESE VALUES: they are on disk.
/// </summary>
/// <remarks>They are no small numbers, so that a check can find states among a program's own data.</remarks>
internal enum StateKind : ushort
{
    /// <summary>None yet: the state is all zero, an empty structure of any kind.</summary>
    None = 0,

    /// <summary>A linked list of opaque pages.</summary>
    LinkedPages = 0x76C1,

    /// <summary>A container with a program's own balance.</summary>
    Container = 0x76C2,

    /// <summary>A list.</summary>
    List = 0x76C3,

    /// <summary>A stack.</summary>
    Stack = 0x76C4,

    /// <summary>A string: items are bytes of UTF-8.</summary>
    Text = 0x76C5,

    /// <summary>A map.</summary>
    Map = 0x76C6,
}

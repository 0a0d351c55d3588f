namespace Abc.VMem.Db.Serialization;

/// <summary>
/// How a value is stored, whatever type of the application it belongs to. Numbers are part of the format.
/// </summary>
internal enum StorageKind : byte
{
    /// <summary>true or false.</summary>
    Bool = 1,

    /// <summary>An integer of any width and sign, or an enum.</summary>
    Integer = 2,

    /// <summary>32-bit floating point.</summary>
    Single = 3,

    /// <summary>64-bit floating point.</summary>
    Double = 4,

    /// <summary>16-bit floating point, stored as 32-bit.</summary>
    Half = 5,

    /// <summary>One UTF-16 unit, stored as its number.</summary>
    Char = 6,

    /// <summary>Text.</summary>
    String = 7,

    /// <summary>Bytes.</summary>
    Bytes = 8,

    /// <summary>decimal with its scale.</summary>
    Decimal = 9,

    /// <summary>Guid.</summary>
    Guid = 10,

    /// <summary>DateTime with its kind.</summary>
    DateTime = 11,

    /// <summary>DateTimeOffset with its offset.</summary>
    DateTimeOffset = 12,

    /// <summary>TimeSpan, stored as ticks.</summary>
    TimeSpan = 13,

    /// <summary>DateOnly, stored as day number.</summary>
    DateOnly = 14,

    /// <summary>TimeOnly, stored as ticks.</summary>
    TimeOnly = 15,

    /// <summary>A nested document with a field table.</summary>
    Document = 32,

    /// <summary>A list, array or set.</summary>
    List = 33,

    /// <summary>A dictionary.</summary>
    Map = 34,

    /// <summary>A layout of the MessagePack library or of a formatter of the application.</summary>
    Opaque = 35,
}

namespace Abc.VMem.Db.Serialization;

/// <summary>First bytes of MessagePack tokens, and the extension types of this format.</summary>
internal static class TokenCode
{
    /// <summary>null.</summary>
    public const byte Nil = 0xC0;

    /// <summary>
    /// "This document has no value for the ordinal": the one code that MessagePack never uses. Only as an element of a
    /// document's array; a shorter array means the same for the ordinals beyond its end.
    /// </summary>
    public const byte Absent = 0xC1;

    /// <summary>false; true is the next code.</summary>
    public const byte False = 0xC2;

    /// <summary>true.</summary>
    public const byte True = 0xC3;

    /// <summary>
    /// Extension type of decimal: fixext 16, its four 32-bit parts (low, middle, high, flags), little-endian.
    /// </summary>
    public const byte DecimalType = 1;

    /// <summary>Extension type of Guid: fixext 16, big-endian field order.</summary>
    public const byte GuidType = 2;

    /// <summary>Extension type of DateTime: fixext 8, big-endian, kind in the two highest bits, ticks below.</summary>
    public const byte DateTimeType = 3;

    /// <summary>
    /// Extension type of DateTimeOffset: ext 8 of 10 bytes, big-endian: UTC ticks i64, offset in minutes i16.
    /// </summary>
    public const byte DateTimeOffsetType = 4;

    /// <summary>Extension type of an Int128 beyond 64 bits: fixext 16, big-endian.</summary>
    public const byte Int128Type = 5;

    /// <summary>Extension type of an integer beyond Int128: ext 8 or ext 16, big-endian two's complement.</summary>
    public const byte BigIntegerType = 6;

    /// <summary>Longest integer, in bytes: reading decimal digits takes quadratic time.</summary>
    public const int MaxIntegerBytes = 4096;

    /// <summary>Bits of a stored DateTime that hold its ticks.</summary>
    public const ulong TicksMask = (1UL << 62) - 1;
}

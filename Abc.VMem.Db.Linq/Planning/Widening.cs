namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Conversions under which a comparison means the same: what C# adds to compare a member with a wider value.
/// </summary>
internal static class Widening
{
    /// <summary>Whether converting from one type to the other never changes the order of two values.</summary>
    public static bool KeepsOrder(Type from, Type to)
    {
        from = Nullable.GetUnderlyingType(from) ?? from;
        to = Nullable.GetUnderlyingType(to) ?? to;
        if (from == to || (!from.IsValueType && to.IsAssignableFrom(from)))
        {
            return true;
        }

        from = from.IsEnum ? Enum.GetUnderlyingType(from) : from;
        to = to.IsEnum ? Enum.GetUnderlyingType(to) : to;
        return from == to || Fits(Type.GetTypeCode(from), Type.GetTypeCode(to));
    }

    private static bool Fits(TypeCode from, TypeCode to) => from switch
    {
        TypeCode.SByte => to is TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 || IsFraction(to),
        TypeCode.Byte => to is TypeCode.Int16 or TypeCode.UInt16 || Fits(TypeCode.UInt16, to),
        TypeCode.Int16 => to is TypeCode.Int32 or TypeCode.Int64 || IsFraction(to),
        TypeCode.Char => to is TypeCode.UInt16 || Fits(TypeCode.UInt16, to),
        TypeCode.UInt16 => to is TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64
            || IsFraction(to),
        TypeCode.Int32 => to is TypeCode.Int64 || IsFraction(to),
        TypeCode.UInt32 => to is TypeCode.Int64 or TypeCode.UInt64 || IsFraction(to),
        TypeCode.Int64 or TypeCode.UInt64 => IsFraction(to),
        TypeCode.Single => to is TypeCode.Double,
        _ => false,
    };

    private static bool IsFraction(TypeCode to) => to is TypeCode.Single or TypeCode.Double or TypeCode.Decimal;
}

using System.Globalization;

namespace Abc.VMem.Db.Indexes;

/// <summary>
/// Which type's encoding an index uses for a member. Integers are widened, so that a member that grows from int to long
/// keeps its index, as it keeps its field.
/// </summary>
internal static class IndexPartType
{
    /// <summary>The type whose encoding serves a member of the given type.</summary>
    public static Type Of(Type memberType)
    {
        var type = Nullable.GetUnderlyingType(memberType) ?? memberType;
        if (type.IsEnum)
        {
            type = Enum.GetUnderlyingType(type);
        }

        return IsNarrowInteger(type) ? typeof(long) : type;
    }

    /// <summary>The value as the encoding's type; a value that already fits comes back as it is.</summary>
    public static object? Convert(object? value, Type codecType)
    {
        var target = Nullable.GetUnderlyingType(codecType) ?? codecType;
        if (value is null || value.GetType() == target)
        {
            return value;
        }

        var isInteger = target == typeof(long) || target == typeof(ulong) || target == typeof(char);
        return isInteger ? Widen(value, target) : value;
    }

    // The type code of an enum is that of its number.
    private static object Widen(object value, Type target) =>
        IsNarrowInteger(value.GetType()) || Type.GetTypeCode(value.GetType()) is TypeCode.Int64 or TypeCode.UInt64
            ? System.Convert.ChangeType(value, target, CultureInfo.InvariantCulture)
            : value;

    private static bool IsNarrowInteger(Type type) => Type.GetTypeCode(type) is
        TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32;
}

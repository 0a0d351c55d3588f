using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Finds a key encoding by the name that the catalog stores, so that indexes can be kept and checked without the
/// program's classes. Enums come back as their integers, composites as value tuples: the bytes are the same.
/// </summary>
internal static class CodecNames
{
    /// <summary>Longest name that is read; also bounds the depth of nested tuples.</summary>
    public const int MaxLength = 400;

    /// <summary>Most members of a composite key: more have no plain value tuple.</summary>
    public const int MaxTupleMembers = 7;

    private const string TuplePrefix = "tuple(";
    private const string Descending = " desc";

    private static readonly Dictionary<string, Type> Simple = new[]
    {
        typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(Int128), typeof(UInt128), typeof(char), typeof(Half), typeof(float),
        typeof(double), typeof(decimal), typeof(string), typeof(byte[]), typeof(Guid), typeof(DateTime),
        typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly),
    }.ToDictionary(type => KeyCodecs.Primary(type).Name);

    /// <summary>The primary-key encoding of the name, or null.</summary>
    public static KeyCodec? FindPrimary(string name) =>
        FindType(name) is { } type && KeyCodecs.Primary(type) is var codec && codec.Name == name ? codec : null;

    /// <summary>The index-part encoding of the name, or null.</summary>
    public static KeyCodec? FindPart(string name)
    {
        var isDescending = name.EndsWith(Descending, StringComparison.Ordinal);
        var marked = isDescending ? name[..^Descending.Length] : name;
        return marked.EndsWith('?') && FindType(marked[..^1]) is { } type
            && KeyCodecs.IndexPart(type, isDescending) is var codec && codec.Name == name
            ? codec
            : null;
    }

    private static Type? FindType(string name)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        return Simple.TryGetValue(name, out var type) ? type : FindTuple(name);
    }

    private static Type? FindTuple(string name)
    {
        if (!name.StartsWith(TuplePrefix, StringComparison.Ordinal) || !name.EndsWith(')'))
        {
            return null;
        }

        var members = new List<Type>();
        foreach (var member in SplitMembers(name[TuplePrefix.Length..^1]))
        {
            if (FindMember(member) is not { } type || members.Count == MaxTupleMembers)
            {
                return null;
            }

            members.Add(type);
        }

        return TupleOf(members.Count)?.MakeGenericType([.. members]);
    }

    private static Type? FindMember(string name)
    {
        var type = FindType(name.TrimEnd('?'));
        return name.EndsWith('?') && type is { IsValueType: true } ? typeof(Nullable<>).MakeGenericType(type) : type;
    }

    // At commas outside of inner parentheses.
    private static IEnumerable<string> SplitMembers(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static Type? TupleOf(int count) => count switch
    {
        1 => typeof(ValueTuple<>),
        2 => typeof(ValueTuple<,>),
        3 => typeof(ValueTuple<,,>),
        4 => typeof(ValueTuple<,,,>),
        5 => typeof(ValueTuple<,,,,>),
        6 => typeof(ValueTuple<,,,,,>),
        7 => typeof(ValueTuple<,,,,,,>),
        _ => null,
    };
}

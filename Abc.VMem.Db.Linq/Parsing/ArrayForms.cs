namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// The span methods that C# 14 picks for arrays, on arrays: a span can't be boxed, so an expression tree that holds one
/// can be neither interpreted nor compiled. Names and meaning are those of <see cref="MemoryExtensions"/>.
/// </summary>
internal static class ArrayForms
{
    /// <summary>Position of the first equal element, or -1.</summary>
    public static int IndexOf<T>(IEnumerable<T> source, T value) => Array.IndexOf(AsArray(source), value);

    /// <summary>Position of the last equal element, or -1.</summary>
    public static int LastIndexOf<T>(IEnumerable<T> source, T value) => Array.LastIndexOf(AsArray(source), value);

    /// <summary>Number of equal elements.</summary>
    public static int Count<T>(IEnumerable<T> source, T value) =>
        AsArray(source).Count(element => EqualityComparer<T>.Default.Equals(element, value));

    /// <summary>Whether the array begins with the element.</summary>
    public static bool StartsWith<T>(IEnumerable<T> source, T value) =>
        AsArray(source) is [var first, ..] && EqualityComparer<T>.Default.Equals(first, value);

    /// <summary>Whether the array ends with the element.</summary>
    public static bool EndsWith<T>(IEnumerable<T> source, T value) =>
        AsArray(source) is [.., var last] && EqualityComparer<T>.Default.Equals(last, value);

    /// <summary>Whether the array begins with the other one.</summary>
    public static bool StartsWith<T>(IEnumerable<T> source, IEnumerable<T> value)
    {
        var (array, head) = (AsArray(source), AsArray(value));
        return head.Length <= array.Length && array.Take(head.Length).SequenceEqual(head);
    }

    /// <summary>Whether the array ends with the other one.</summary>
    public static bool EndsWith<T>(IEnumerable<T> source, IEnumerable<T> value)
    {
        var (array, tail) = (AsArray(source), AsArray(value));
        return tail.Length <= array.Length && array.Skip(array.Length - tail.Length).SequenceEqual(tail);
    }

    /// <summary>Whether any element is one of the given ones.</summary>
    public static bool ContainsAny<T>(IEnumerable<T> source, IEnumerable<T> values) =>
        AsArray(source).Intersect(values).Any();

    /// <summary>A span of a null array is empty.</summary>
    private static T[] AsArray<T>(IEnumerable<T>? source) => source as T[] ?? source?.ToArray() ?? [];
}

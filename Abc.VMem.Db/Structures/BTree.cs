using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Receives a value without a copy; the span is valid during the call only.</summary>
public delegate void ValueReader<TState>(ReadOnlySpan<byte> value, ref TState state)
    where TState : allows ref struct;

/// <summary>The map on bytes: a B-tree over the pages of a reader or writer, located by a state in some page.</summary>
internal static partial class BTree
{
    /// <summary>Longest key, in bytes.</summary>
    public const int MaxKeyBytes = 1000;

    /// <summary>Entries of the map, O(1).</summary>
    public static long Count(PageReader pages, StateAddress state) => throw new NotImplementedException();

    /// <summary>Whether the key is there.</summary>
    public static bool Contains(PageReader pages, StateAddress state, ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>Hands the value to a callback (inline: straight from the page); false when the key is absent.</summary>
    public static bool TryGet<TState>(PageReader pages, StateAddress state, ReadOnlySpan<byte> key, ref TState callbackState, ValueReader<TState> reader)
        where TState : allows ref struct => throw new NotImplementedException();

    /// <summary>Copies the value when it fits; false when the key is absent; length is the value's whole length.</summary>
    public static bool TryGet(PageReader pages, StateAddress state, ReadOnlySpan<byte> key, Span<byte> destination, out int length) => throw new NotImplementedException();

    /// <summary>Copies the value into a growing buffer (reset first); false when the key is absent.</summary>
    public static bool TryGet(PageReader pages, StateAddress state, ReadOnlySpan<byte> key, ValueBuffer destination) => throw new NotImplementedException();

    /// <summary>Adds an entry; false, and no change, when the key is there.</summary>
    public static bool Insert(PageWriter pages, StateAddress state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Adds or replaces an entry; true when it was there.</summary>
    public static bool Put(PageWriter pages, StateAddress state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Removes an entry; false when it was not there.</summary>
    public static bool Remove(PageWriter pages, StateAddress state, ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>Frees all pages, level by level; the state becomes all zero.</summary>
    public static void Clear(PageWriter pages, StateAddress state) => throw new NotImplementedException();

    /// <summary>Number of keys in [from, to); null = unbounded. Reads the leaves of the range, no entry inside them.</summary>
    public static long CountRange(PageReader pages, StateAddress state, byte[]? from, byte[]? to) => throw new NotImplementedException();

    /// <summary>Walks every page of the map, verifies links both ways, order, fences, counts and overflow chains; reports each page to the visitor.</summary>
    /// <exception cref="CorruptDatabaseException">Something does not hold.</exception>
    public static void Check(PageReader pages, StateAddress state, Action<PagePos> visit) => throw new NotImplementedException();
}

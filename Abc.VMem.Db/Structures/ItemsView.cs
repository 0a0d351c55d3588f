using System.Collections;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Items of a fixed size in the pages of a pool, to read: what containers, lists and stacks share.</summary>
/// <remarks>
/// Constructed from a pool, it may be used from many threads: each call reads the last committed state. Constructed
/// from a transaction or snapshot it belongs to that. It keeps nothing of the items in memory.
/// <para>
/// An enumeration sees the structure as of its start. In a transaction, items ahead of it are seen as they are when it
/// comes there, up to the one that was the last at its start: what is appended meanwhile is not seen. When the items of
/// the page where it stands are changed, it throws as that of a <see cref="List{T}"/> does.
/// </para>
/// </remarks>
/// <typeparam name="T">
/// Type of the items: one without references, of at most 4,048 bytes. Give it a fixed layout: its bytes are what is
/// stored.
/// </typeparam>
public abstract partial class ItemsView<T> : IReadOnlyCollection<T>
    where T : unmanaged
{
    internal ItemsView(PageSource pages, PageAddress state, StateKind kind)
        : this(pages, new AddressLocator(pages, state, kind), kind)
    {
    }

    internal ItemsView(PageSource pages, StateLocator locator, StateKind kind)
        : this(pages, new LocatedChain(locator, kind, ItemBytes))
    {
    }

    internal ItemsView(PageSource pages, ChainHome home) => Chain = new ChainAccess(pages, home);

    /// <summary>Items of this type that fit into a page.</summary>
    public static int PageCapacity => Page.PayloadBytes / ItemBytes;

    /// <summary>Items.</summary>
    /// <exception cref="ArgumentException">Another structure, or one of items of another size, is at its
    /// place.</exception>
    public long Count => Chain.Read(0, static (pages, in state, _) => state.ItemCount);

    /// <summary>Pages that the items take.</summary>
    public long PageCount => Chain.Read(0, static (pages, in state, _) => (long)state.PageCount);

    /// <summary>Where the structure is read: the pool, transaction or snapshot that it was constructed from.</summary>
    public PageSource Source => Chain.Source;

    /// <inheritdoc/>
    int IReadOnlyCollection<T>.Count => checked((int)Count);

    internal ChainAccess Chain { get; }

    /// <summary>Size of an item.</summary>
    /// <exception cref="ArgumentException">No page can hold one.</exception>
    internal static int ItemBytes =>
        Layout.SizeOf<T>() <= Page.PayloadBytes
            ? Layout.SizeOf<T>()
            : throw new ArgumentException(FormattableString.Invariant(
                $"{typeof(T)} takes {Layout.SizeOf<T>()} bytes; an item takes at most {Page.PayloadBytes}."));

    /// <summary>The item at a position.</summary>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    public T this[ItemPosition position] => Get(position);

    /// <summary>Gets the item at a position; false when the position names none.</summary>
    public bool TryGet(ItemPosition position, out T item)
    {
        (var exists, item) = Chain.Read(position, static (pages, in state, position) =>
            ItemPages.IsItem(pages, in state, position) ? (true, Read(pages, in state, position)) : (false, default));
        return exists;
    }

    /// <summary>
    /// Where an item lies, so that a structure whose state is in it can be used: a list of lists. Holds until this
    /// structure is changed. Before an item is removed, the structures in it must be cleared: nothing else frees them.
    /// </summary>
    /// <param name="position">The item.</param>
    /// <param name="offset">Bytes from the item's first byte.</param>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the item, or leaves no room in it for a
    /// <see cref="VMemState"/>.</exception>
    public PageAddress AddressOf(ItemPosition position, int offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ItemBytes - VMemState.Bytes);
        Chain.Read(position, static (pages, in state, position) =>
            ItemPages.RequireItem(pages, in state, position, nameof(position)));
        return new(position.Page, Page.HeaderBytes + (position.Index * ItemBytes) + offset);
    }

    /// <summary>Walks the items, as of the first step.</summary>
    public virtual ItemEnumerator<T> GetEnumerator() => Enumerate(isBackward: false);

    /// <inheritdoc/>
    IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected T Get(ItemPosition position) =>
        Chain.Read(position, static (pages, in state, position) => Read(pages, in state, position));

    private protected static T Read(PageReader pages, in ChainState state, ItemPosition position)
    {
        T item = default;
        ItemPages.Read(pages, in state, position, Layout.BytesOf(new Span<T>(ref item)), nameof(position));
        return item;
    }

    private protected static ReadOnlySpan<byte> Bytes(ref readonly T item) =>
        Layout.BytesOf(new ReadOnlySpan<T>(in item));
}

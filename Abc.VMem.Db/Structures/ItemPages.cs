using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Operations on items of a fixed size, dense in the pages of a chain. They work on bytes and change the state in
/// memory; the caller keeps it. No page is ever without items.
/// </summary>
internal static partial class ItemPages
{
    // An item has at most 4,048 bytes.
    private const int TagShift = 12;

    /// <summary>Items that fit into a page.</summary>
    public static int Capacity(in ChainState state) => Page.PayloadBytes / state.ItemBytes;

    /// <summary>What the header of each of a structure's pages says about its items.</summary>
    public static ushort TagOf(StateKind kind, int itemBytes) => (ushort)((((int)kind & 7) << TagShift) | itemBytes);

    /// <summary>Bytes of an item of a page of items.</summary>
    public static int ItemBytesOf(in PageHeader header) => header.ItemTag & ((1 << TagShift) - 1);

    /// <summary>Items in a page that the chain itself led to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountOf(in PageHeader header, in ChainState state)
    {
        var count = header.ItemCount;
        if (header.Type != PageType.Items || count == 0 || count * state.ItemBytes > Page.PayloadBytes)
        {
            ChainErrors.ThrowItems(in header, Capacity(in state));
        }

        return count;
    }

    /// <summary>Items in a page that the chain itself led to.</summary>
    public static int CountOf(PageReader pages, in ChainState state, PagePos position)
    {
        using var page = pages.Read(position);
        return CountOf(in page.Header, in state);
    }

    /// <summary>Whether an item of the structure is at a position that the caller named.</summary>
    public static bool IsItem(PageReader pages, in ChainState state, ItemPosition position) =>
        TryFindItem(pages, in state, position, out _);

    /// <summary>Refuses a position, named by the caller, where no item is.</summary>
    /// <exception cref="ArgumentException">It names none, or an edge.</exception>
    /// <exception cref="CorruptDatabaseException">Its page is one that the state names, and is none of it.</exception>
    public static ItemPlace RequireItem(
        PageReader pages, in ChainState state, ItemPosition position, string parameter)
    {
        if (TryFindItem(pages, in state, position, out var place))
        {
            return place;
        }

        // No mistake of the caller, who may have asked for the first or the last item, when an end is no page of items.
        if (state.PageCount > 0 && (position.Page == state.Front || position.Page == state.Back))
        {
            VerifyItems(pages, in state, position.Page);
        }

        throw ChainErrors.NoItem(position, parameter);
    }

    /// <summary>Verifies that a page that the chain itself led to holds items of it; returns how many.</summary>
    private static int VerifyItems(PageReader pages, in ChainState state, PagePos position)
    {
        if (!ProgramPages.TryRead(pages, position, out var found))
        {
            throw ChainErrors.Outside(position, pages.PageCount);
        }

        using var page = found;
        LinkedChain.Verify(in page.Header, in state);
        if (page.Header.ItemTag != TagOf(state.Kind, state.ItemBytes))
        {
            ChainErrors.ThrowItems(in page.Header, Capacity(in state));
        }

        return CountOf(in page.Header, in state);
    }

    /// <summary>Copies an item.</summary>
    /// <exception cref="ArgumentException">The position names none.</exception>
    public static void Read(
        PageReader pages, in ChainState state, ItemPosition position, Span<byte> destination, string parameter)
    {
        RequireItem(pages, in state, position, parameter);
        using var page = pages.Read(position.Page);
        Item(page.Payload, position.Index, state.ItemBytes).CopyTo(destination);
    }

    /// <summary>Overwrites an item.</summary>
    /// <exception cref="ArgumentException">The position names none.</exception>
    public static void Write(
        PageWriter pages,
        in ChainState state,
        ItemPosition position,
        ReadOnlySpan<byte> item,
        LeadTrace? leads = null)
    {
        RequireItem(pages, in state, position, nameof(position));
        using var page = pages.Write(position.Page);
        leads?.Touch(position.Page, page.Payload);
        item.CopyTo(Item(page.Payload, position.Index, state.ItemBytes));
    }

    private static bool TryFindItem(
        PageReader pages, in ChainState state, ItemPosition position, out ItemPlace place)
    {
        place = default;
        if (state.PageCount == 0 || !ProgramPages.TryRead(pages, position.Page, out var found))
        {
            return false;
        }

        using var page = found;
        ref readonly var header = ref page.Header;
        place = new ItemPlace(header.ItemCount, header.Previous, header.Next);
        return header.ItemTag == TagOf(state.Kind, state.ItemBytes)
            && LinkedChain.MayBeMember(in header, in state)
            && place.Count * state.ItemBytes <= Page.PayloadBytes
            && (uint)position.Index < (uint)place.Count;
    }

    private static ReadOnlySpan<byte> Item(ReadOnlySpan<byte> payload, int index, int itemBytes) =>
        payload.Slice(index * itemBytes, itemBytes);

    private static Span<byte> Item(Span<byte> payload, int index, int itemBytes) =>
        payload.Slice(index * itemBytes, itemBytes);

    private static ReadOnlySpan<byte> Items(ReadOnlySpan<byte> payload, int from, int to, int itemBytes) =>
        payload[(from * itemBytes)..(to * itemBytes)];

    private static Span<byte> Items(Span<byte> payload, int from, int to, int itemBytes) =>
        payload[(from * itemBytes)..(to * itemBytes)];
}

/// <summary>What the page of an item looks like.</summary>
/// <param name="Count">Items in it.</param>
/// <param name="Previous">The page before it, or nil.</param>
/// <param name="Next">The page after it, or nil.</param>
internal readonly record struct ItemPlace(int Count, PagePos Previous, PagePos Next);

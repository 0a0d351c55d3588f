using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// Writes and reads chains of pages by the format's own description, apart from the code that is tested.
/// </summary>
internal static class ChainPages
{
    /// <summary>Makes a structure of items; returns its pages.</summary>
    public static List<PagePos> Write(
        PageWriter pages, PageAddress state, StateKind kind, int itemBytes, byte[] items, int itemsPerPage = 0)
    {
        var type = kind == StateKind.LinkedPages ? PageType.Linked : PageType.Items;
        var perPage = itemsPerPage > 0 ? itemsPerPage : Page.PayloadBytes / itemBytes;
        var chain = new List<PagePos>();
        for (var at = 0; at < items.Length; at += perPage * itemBytes)
        {
            var part = items.AsSpan(at, Math.Min(perPage * itemBytes, items.Length - at));
            using var page = pages.Allocate(type);
            part.CopyTo(page.Payload);
            page.Header.ItemCount = kind == StateKind.LinkedPages ? (ushort)0 : (ushort)(part.Length / itemBytes);
            page.Header.ItemTag = type == PageType.Items ? (ushort)((((int)kind & 7) * 4096) + itemBytes) : (ushort)0;
            page.Header.Previous = chain.Count > 0 ? chain[^1] : PagePos.Nil;
            chain.Add(page.Position);
        }

        for (var i = 0; i + 1 < chain.Count; i++)
        {
            using var page = pages.Write(chain[i]);
            page.Header.Next = chain[i + 1];
        }

        using var home = pages.Write(state.Page);
        Layout.At<ChainState>(home.Bytes, state.Offset) = new ChainState
        {
            Front = chain[0],
            Back = chain[^1],
            ItemCount = kind == StateKind.LinkedPages ? 0 : items.Length / itemBytes,
            PageCount = (uint)chain.Count,
            ItemBytes = kind == StateKind.LinkedPages ? (ushort)0 : (ushort)itemBytes,
            Kind = kind,
        };
        return chain;
    }

    /// <summary>Reads the items; of opaque pages, the payloads.</summary>
    public static List<byte[]> Read(PageReader pages, PageAddress address)
    {
        ChainState state;
        using (var home = pages.Read(address.Page))
        {
            state = Layout.At<ChainState>(home.Bytes, address.Offset);
        }

        var items = new List<byte[]>();
        if (state.Kind == StateKind.None)
        {
            return items;
        }

        for (var position = state.Front; !position.IsNil;)
        {
            using var page = pages.Read(position);
            var bytes = state.Kind == StateKind.LinkedPages ? Page.PayloadBytes : state.ItemBytes;
            var count = state.Kind == StateKind.LinkedPages ? 1 : page.Header.ItemCount;
            for (var i = 0; i < count; i++)
            {
                items.Add(page.Payload.Slice(i * bytes, bytes).ToArray());
            }

            position = page.Header.Next;
        }

        return items;
    }

    /// <summary>Where an item lies.</summary>
    public static PageAddress AddressOf(List<PagePos> chain, int itemBytes, int item, int perPage = 0)
    {
        perPage = perPage > 0 ? perPage : Page.PayloadBytes / itemBytes;
        return new(chain[item / perPage], Page.HeaderBytes + (item % perPage * itemBytes));
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Whether a page can be the first, the last, or both, of a structure's pages of a type.</summary>
internal delegate bool EndTest(PagePos position, PageType type, bool isFirst, bool isLast);

/// <summary>Receives a state that was found at an offset; it is a chain's or a map's, as its kind says.</summary>
internal delegate void StateFound(int at, in ChainState chain, in MapState map);

/// <summary>What the bytes of a state look like: tells states from a program's other data.</summary>
internal static class StateShape
{
    private const byte FirstKind = (byte)((int)StateKind.LinkedPages & 0xFF);
    private const byte LastKind = (byte)((int)StateKind.Map & 0xFF);
    private const byte KindMark = (byte)((int)StateKind.Map >> 8);

    /// <summary>Finds the states among some bytes of a page that lead to what can be a structure.</summary>
    /// <param name="page">The page.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">End of the bytes to search.</param>
    /// <param name="pageCount">Pages of the pool.</param>
    /// <param name="canBeEnd">Looks at the pages that a state names.</param>
    /// <param name="found">Receives each state.</param>
    public static void FindAll(
        ReadOnlySpan<byte> page, int from, int to, long pageCount, EndTest canBeEnd, StateFound found)
    {
        for (var at = from; TryFind(page, ref at, to);)
        {
            var chain = Layout.At<ChainState>(page, at);
            var map = Layout.At<MapState>(page, at);
            if (IsSound(in chain, in map, pageCount) && LeadsToStructure(in chain, in map, canBeEnd))
            {
                found(at, in chain, in map);
                at += ChainState.Bytes;
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>
    /// Moves to the next offset, from the given one on, at which the last two bytes of a state's room name a kind.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="at">Where to begin; receives the offset of the first byte of the room.</param>
    /// <param name="to">End of the bytes to search.</param>
    /// <returns>False when there is none before the end.</returns>
    private static bool TryFind(ReadOnlySpan<byte> page, ref int at, int to)
    {
        // The mark is a state's last byte, the number of the kind the one before it.
        for (var last = at + ChainState.Bytes - 1; last < to; last++)
        {
            var skipped = page[last..to].IndexOf(KindMark);
            if (skipped < 0)
            {
                return false;
            }

            last += skipped;
            if (page[last - 1] is >= FirstKind and <= LastKind)
            {
                at = last - ChainState.Bytes + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a state's numbers fit together, in a pool of so many pages. The state is not empty.</summary>
    public static bool IsSound(in ChainState chain, in MapState map, long pageCount) => chain.Kind switch
    {
        StateKind.Map => IsSound(in map, pageCount),
        StateKind.LinkedPages => AreEndsSound(in chain, pageCount) && chain is { ItemBytes: 0, ItemCount: 0 },
        StateKind.Text => AreItemsSound(in chain, pageCount) && chain.ItemBytes == 1,
        StateKind.Container or StateKind.List or StateKind.Stack => AreItemsSound(in chain, pageCount),
        _ => false,
    };

    /// <summary>Type of the pages of a chain.</summary>
    public static PageType PageTypeOf(StateKind kind) =>
        kind == StateKind.LinkedPages ? PageType.Linked : PageType.Items;

    /// <summary>Type of a map's root.</summary>
    public static PageType RootTypeOf(in MapState map) => map.Height == 1 ? PageType.MapLeaf : PageType.MapBranch;

    private static bool IsSound(in MapState map, long pageCount) =>
        map is { Height: >= 1 and <= BTree.MaxHeight, Count: > 0, OverflowPages: >= 0 }
        && map is { Reserved0: 0, Reserved1: 0, Reserved2: 0 }
        && IsInside(map.Root, pageCount)
        && map.OverflowPages < pageCount;

    private static bool AreEndsSound(in ChainState chain, long pageCount) =>
        IsInside(chain.Front, pageCount)
        && IsInside(chain.Back, pageCount)
        && chain.PageCount >= 1
        && chain.PageCount <= pageCount
        && chain.Front == chain.Back == (chain.PageCount == 1);

    private static bool AreItemsSound(in ChainState chain, long pageCount) =>
        AreEndsSound(in chain, pageCount)
        && chain.ItemBytes is >= 1 and <= Page.PayloadBytes
        && chain.ItemCount >= chain.PageCount
        && chain.ItemCount <= chain.PageCount * (long)(Page.PayloadBytes / chain.ItemBytes);

    private static bool IsInside(PagePos position, long pageCount) =>
        position.Value > PagePos.Start.Value && position.Value < pageCount;

    private static bool LeadsToStructure(in ChainState chain, in MapState map, EndTest canBeEnd)
    {
        if (map.Kind == StateKind.Map)
        {
            return canBeEnd(map.Root, RootTypeOf(in map), isFirst: true, isLast: true);
        }

        var type = PageTypeOf(chain.Kind);
        var isSingle = chain.Front == chain.Back;
        return canBeEnd(chain.Front, type, isFirst: true, isLast: isSingle)
            && (isSingle || canBeEnd(chain.Back, type, isFirst: false, isLast: true));
    }
}

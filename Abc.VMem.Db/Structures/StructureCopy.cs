using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Copies structures from one pool to another, packed: maps bottom-up in the order of their keys, chains item after
/// item. Structures whose states lie in items are copied too, at any depth, and their states adjusted; two copies of
/// one state become states of two structures. Holds no pin between pages.
/// </summary>
/// <param name="source">Where to read.</param>
/// <param name="target">Where to write.</param>
/// <param name="stretch">Positions that a map of free pages may have.</param>
/// <param name="advance">Called for every page or some entries; may cancel by throwing.</param>
internal sealed class StructureCopy(
    PageReader source, PageWriter target, long stretch, Action advance)
{
    private const int EntriesPerReport = 64;

    // What is deeper goes round.
    private const int MaxDepth = 64;

    private FreeMap? _free;

    /// <summary>Copies a map to an empty one.</summary>
    public void CopyMap(PageAddress from, PageAddress to)
    {
        var builder = new MapBuilder(target, to);
        using var scan = new MapScan(source, from, null, null, descending: false);
        for (long count = 0; scan.MoveNext(); count++)
        {
            if (count % EntriesPerReport == 0)
            {
                advance();
            }

            builder.Append(scan.Key, scan.Value);
        }

        builder.Complete();
    }

    /// <summary>Copies a chain; returns the state of the copy.</summary>
    /// <exception cref="CorruptDatabaseException">The chain is damaged.</exception>
    public ChainState CopyChain(in ChainState from) => CopyChain(in from, depth: 0);

    private ChainState CopyChain(in ChainState from, int depth)
    {
        ChainHome.Check(in from);
        if (depth > MaxDepth)
        {
            throw new LimitExceededException(
                "Structures inside each other", MaxDepth, depth, "Make a copy with CopyTo, which packs nothing.");
        }

        var to = new ChainState { Kind = from.Kind, ItemBytes = from.ItemBytes };
        var bytes = new byte[Page.Size];
        var steps = ChainSteps.All(in from);
        var items = 0L;
        while (!steps.Next.IsNil)
        {
            advance();
            int length;
            using (var page = source.Read(steps.Next))
            {
                length = from.Kind == StateKind.LinkedPages
                    ? EnterOpaque(ref steps, in page)
                    : steps.EnterItems(in page) * from.ItemBytes;
                page.Bytes.CopyTo(bytes);
            }

            CopyInner(bytes, from.Kind, length, depth);
            Append(ref to, bytes.AsSpan(Page.HeaderBytes, length));
            items += from.Kind == StateKind.LinkedPages ? 0 : length / from.ItemBytes;
        }

        return items == from.ItemCount ? to : throw ChainErrors.State(in from);
    }

    private static int EnterOpaque(ref ChainSteps steps, in PinnedPage page)
    {
        steps.Enter(in page);
        return Page.PayloadBytes;
    }

    private void Append(ref ChainState to, ReadOnlySpan<byte> content)
    {
        if (to.Kind != StateKind.LinkedPages)
        {
            ItemPages.AppendRange(target, ref to, content);
            return;
        }

        using var page = target.Allocate(PageType.Linked);
        content.CopyTo(page.Payload);
        LinkedChain.Link(target, ref to, PagePos.Nil, in page);
    }

    /// <summary>Copies the structures whose states lie among some bytes, and puts the copies' states there.</summary>
    private void CopyInner(byte[] page, StateKind kind, int length, int depth)
    {
        if (kind == StateKind.Text)
        {
            return;
        }

        var position = Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Position;
        List<(int At, ChainState State)>? found = null;
        StateShape.FindAll(
            page,
            Page.HeaderBytes,
            Page.HeaderBytes + length,
            source.PageCount,
            CanBeEnd,
            (int at, in ChainState chain, in MapState _) => (found ??= []).Add((at, chain)));
        foreach (var (at, state) in found ?? [])
        {
            Layout.At<ChainState>(page.AsSpan(), at) = state.Kind == StateKind.Map
                ? CopyInnerMap(new(position, at))
                : CopyChain(in state, depth + 1);
        }
    }

    // Its state is built in a page that is freed again.
    private ChainState CopyInnerMap(PageAddress from)
    {
        PageAddress room;
        using (var page = target.Allocate(PageType.Program))
        {
            room = new(page.Position, Page.HeaderBytes);
        }

        CopyMap(from, room);
        ChainState copy;
        using (var page = target.Read(room.Page))
        {
            copy = Layout.At<ChainState>(page.Bytes, room.Offset);
        }

        target.Free(room.Page);
        return copy;
    }

    // Bytes of a program can look like a state by chance, or be an old copy of one: a free page is no structure's.
    private bool CanBeEnd(PagePos position, PageType type, bool isFirst, bool isLast)
    {
        if (IsFree(position))
        {
            return false;
        }

        using var page = source.Read(position);
        ref readonly var header = ref page.Header;
        return header.Type == type && (!isFirst || header.Previous.IsNil) && (!isLast || header.Next.IsNil);
    }

    private bool IsFree(PagePos position)
    {
        var first = position.Value / stretch * stretch;
        if (_free is null || _free.First != first)
        {
            var count = Math.Min(stretch, source.PageCount - first);
            _free = FreeMap.Read(source, first, count, listedOnly: false);
        }

        return _free.Contains(position.Value);
    }
}

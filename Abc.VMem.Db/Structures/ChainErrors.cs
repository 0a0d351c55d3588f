using System.Diagnostics.CodeAnalysis;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>What goes wrong with chains of pages.</summary>
internal static class ChainErrors
{
    public static CorruptDatabaseException Damaged(PagePos position, string expected, string found) =>
        new("linked pages", position.Value, expected, found);

    [DoesNotReturn]
    public static void ThrowLink(in PageHeader header, string expected) =>
        throw Damaged(
            header.Position,
            expected,
            FormattableString.Invariant($"{header.Type}, previous {header.Previous}, next {header.Next}"));

    [DoesNotReturn]
    public static void ThrowItems(in PageHeader header, int capacity) =>
        throw Damaged(
            header.Position,
            FormattableString.Invariant($"a page with 1 to {capacity} items"),
            FormattableString.Invariant($"{header.Type} with {header.ItemCount}"));

    public static CorruptDatabaseException Outside(PagePos position, long pageCount) =>
        Damaged(
            position,
            FormattableString.Invariant($"a page of the pool, 1 to {pageCount - 1}"),
            "a structure that has a page beyond");

    [DoesNotReturn]
    public static void ThrowFreed() =>
        throw new ObjectDisposedException(nameof(TemporaryList<int>), "The temporary list has been freed.");

    public static CorruptDatabaseException State(in ChainState state) =>
        new(
            "state of linked pages",
            state.Front.Value,
            "all zero, or a first and a last page and counts that agree",
            FormattableString.Invariant($"front {state.Front}, back {state.Back}, {state.PageCount} pages, ")
            + FormattableString.Invariant($"{state.ItemCount} items of {state.ItemBytes} bytes"));

    public static ArgumentException NoItem(ItemPosition position, string parameter) =>
        new($"There is no item at {position}. Positions hold until the structure is changed.", parameter);

    public static InvalidOperationException NotInList(PagePos position) =>
        new($"Page {position} is not in this list of pages.");

    public static InvalidOperationException Changed() =>
        new("The structure was changed where the enumeration stands. Enumerate again, or go by positions.");

    public static InvalidOperationException Empty() => new("The structure is empty.");
}

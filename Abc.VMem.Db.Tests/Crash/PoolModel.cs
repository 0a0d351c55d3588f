using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What a program's structures hold after a commit.</summary>
internal sealed record PoolModel
{
    /// <summary>The list.</summary>
    public ImmutableList<int> Items { get; init; } = [];

    /// <summary>Another list.</summary>
    public ImmutableList<int> Others { get; init; } = [];

    /// <summary>The container.</summary>
    public ImmutableList<int> Contained { get; init; } = [];

    /// <summary>The stack, top first.</summary>
    public ImmutableList<int> Stack { get; init; } = [];

    /// <summary>Numbers on the linked pages.</summary>
    public ImmutableList<int> Pages { get; init; } = [];

    /// <summary>Numbers on other linked pages.</summary>
    public ImmutableList<int> OtherPages { get; init; } = [];

    /// <summary>The list of lists.</summary>
    public ImmutableList<ImmutableList<int>> Lists { get; init; } = [];

    /// <summary>The map.</summary>
    public ImmutableSortedDictionary<int, int> Map { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>The string.</summary>
    public string Text { get; init; } = "";

    /// <summary>All of it in a text that can be compared.</summary>
    public string Describe() => string.Join(
        '\n',
        "list " + Join(Items),
        "others " + Join(Others),
        "container " + Join(Contained),
        "stack " + Join(Stack),
        "pages " + Join(Pages),
        "other pages " + Join(OtherPages),
        "lists " + string.Join(' ', Lists.Select(list => $"[{Join(list)}]")),
        "map " + string.Join(' ', Map),
        "text " + Text);

    /// <summary>Its digest, and the text.</summary>
    public CrashContent Content() => CrashContent.Of(Describe(), this);

    private static string Join(IEnumerable<int> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>The program's structures, read in one scope: where their states are, and what they hold.</summary>
internal static class PoolContent
{
    /// <summary>Places of the states.</summary>
    public static readonly PageAddress
        Items = PoolFixture.Slot(0),
        Others = PoolFixture.Slot(1),
        Stack = PoolFixture.Slot(2),
        Pages = PoolFixture.Slot(3),
        OtherPages = PoolFixture.Slot(4),
        Lists = PoolFixture.Slot(5),
        Map = PoolFixture.Slot(6),
        Text = PoolFixture.Slot(7),
        Contained = PoolFixture.Slot(8);

    /// <summary>Reads everything, as of the snapshot's moment.</summary>
    public static PoolModel Read(PoolSnapshot pages)
    {
        var lists = new VMemListView<CrashInnerList>(pages, Lists);
        return new()
        {
            Items = Numbers(new VMemListView<CrashItem>(pages, Items)),
            Others = Numbers(new VMemListView<CrashItem>(pages, Others)),
            Contained = Numbers(new PageContainerView<CrashItem>(pages, Contained)),
            Stack = Numbers(new VMemStackView<CrashItem>(pages, Stack)),
            Pages = Numbers(pages, Pages),
            OtherPages = Numbers(pages, OtherPages),
            Lists = [.. Positions(lists).Select(at => Numbers(
                new VMemListView<CrashItem>(pages, lists.AddressOf(at, CrashInnerList.StateOffset))))],
            Map = new VMemMapView<int, int>(pages, Map).ToImmutableSortedDictionary(),
            Text = new VMemStringView(pages, Text).ToString(),
        };
    }

    /// <summary>Positions of all items.</summary>
    public static IEnumerable<ItemPosition> Positions(VMemListView<CrashInnerList> list)
    {
        for (var at = list.FirstPosition; at != ItemPosition.End; at = list.Next(at))
        {
            yield return at;
        }
    }

    private static ImmutableList<int> Numbers(IEnumerable<CrashItem> items) =>
        [.. items.Select(item => item.Verified())];

    private static ImmutableList<int> Numbers(PoolSnapshot pages, PageAddress state)
    {
        var numbers = ImmutableList.CreateBuilder<int>();
        foreach (var page in new LinkedPagesView(pages, state))
        {
            using var pointer = pages.Read(page);
            numbers.Add(pointer.Read<int>());
        }

        return numbers.ToImmutable();
    }
}

/// <summary>An item, 4 to a page, whose bytes all follow from its number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct CrashItem
{
    private int _number;
    private Filler _filler;

    /// <summary>The item of a number.</summary>
    public CrashItem(int number)
    {
        _number = number;
        ((Span<byte>)_filler).Fill((byte)(number * 31));
    }

    /// <summary>The number, once the bytes fit it.</summary>
    public readonly int Verified()
    {
        Assert.Equal(-1, ((ReadOnlySpan<byte>)_filler).IndexOfAnyExcept((byte)(_number * 31)));
        return _number;
    }

    [InlineArray(900)]
    private struct Filler
    {
        private byte _first;
    }
}

/// <summary>An item that holds the state of a list, 4 to a page.</summary>
[StructLayout(LayoutKind.Explicit, Size = 1000)]
internal struct CrashInnerList
{
    /// <summary>Where in the item the state is.</summary>
    public const int StateOffset = 13;

    [FieldOffset(StateOffset)] public VMemState State;
}

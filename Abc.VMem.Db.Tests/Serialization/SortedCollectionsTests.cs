using System.Collections.Immutable;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>
/// Sorted collections that are read order texts as their bytes, whatever the machine's culture. (The comparer is looked
/// at, since these tests may run without cultures.)
/// </summary>
public sealed class SortedCollectionsTests
{
    private static readonly string[] Texts = ["a", "B", "a\u00AD"];

    [Fact]
    public void ForList_SortedSetsOfText_AreOrdinal()
    {
        var set = CollectionFactory.ForList<SortedSet<string>, string>()!(Texts);
        var immutable = CollectionFactory.ForList<ImmutableSortedSet<string>, string>()!(Texts);

        Assert.Same(StringComparer.Ordinal, set.Comparer);
        Assert.Same(StringComparer.Ordinal, immutable.KeyComparer);
        Assert.Equal(["B", "a", "a\u00AD"], set);
        Assert.Equal(["B", "a", "a\u00AD"], immutable);
    }

    [Fact]
    public void ForMap_SortedDictionariesOfText_AreOrdinal()
    {
        var items = Texts.ToDictionary(text => text, text => text.Length);
        var map = CollectionFactory.ForMap<SortedDictionary<string, int>, string, int>()!(items);
        var list = CollectionFactory.ForMap<SortedList<string, int>, string, int>()!(items);
        var immutable = CollectionFactory.ForMap<ImmutableSortedDictionary<string, int>, string, int>()!(items);

        Assert.Same(StringComparer.Ordinal, map.Comparer);
        Assert.Same(StringComparer.Ordinal, list.Comparer);
        Assert.Same(StringComparer.Ordinal, immutable.KeyComparer);
        Assert.Equal(["B", "a", "a\u00AD"], map.Keys);
        Assert.Equal(["B", "a", "a\u00AD"], list.Keys);
        Assert.Equal(["B", "a", "a\u00AD"], immutable.Keys);
    }

    [Fact]
    public void ForList_TypeWithItsOwnOrder_KeepsIt()
    {
        var set = CollectionFactory.ForList<SortedSet<Backward>, Backward>()!([new(1), new(3), new(2)]);

        Assert.Equal([3, 2, 1], set.Select(item => item.Value));
    }

    internal readonly record struct Backward(int Value) : IComparable<Backward>
    {
        public int CompareTo(Backward other) => other.Value.CompareTo(Value);
    }
}

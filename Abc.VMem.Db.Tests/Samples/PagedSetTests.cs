using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Samples.OwnStructure;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Samples;

/// <summary>The sample's own structure does what a SortedSet does, with leads on several pages too.</summary>
public sealed class PagedSetTests
{
    private const int Pages = 256;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomChanges_OfSmallItems_EqualASortedSets(int seed) => ChangeAtRandom<long>(seed, number => number);

    /// <summary>4 items, and 3 leads, to a page.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomChanges_OfLargeItems_EqualASortedSets(int seed) =>
        ChangeAtRandom(seed, number => new Large { Number = number });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_Ascending_FillsItsPages(bool isDescending)
    {
        using var fixture = new PoolFixture(Pages);
        using var transaction = fixture.Pool.BeginTransaction();
        var set = new PagedSet<long>(transaction, Pool.StartAddress);
        for (var i = 0; i < 506 * 3; i++)
        {
            Assert.True(set.Add(isDescending ? -i : i));
            Assert.False(set.Add(isDescending ? -i : i));
        }

        set.Check();
        Assert.Equal(506 * 3, set.Count);
        Assert.InRange(set.ItemPages, 3, isDescending ? 6 : 3);
        transaction.Commit();
    }

    private static void ChangeAtRandom<T>(int seed, Func<int, T> make)
        where T : unmanaged, IComparable<T>
    {
        var random = new Random(seed);
        using var fixture = new PoolFixture(Pages);
        var expected = new SortedSet<T>();
        for (var round = 0; round < 40; round++)
        {
            using (var transaction = fixture.Pool.BeginTransaction())
            {
                var set = new PagedSet<T>(transaction, Pool.StartAddress);
                for (var i = 0; i < 30; i++)
                {
                    var item = make(random.Next(300));
                    var isAdded = random.Next(40) > round;
                    Assert.Equal(expected.Contains(item), set.Contains(item));
                    Assert.Equal(
                        isAdded ? expected.Add(item) : expected.Remove(item),
                        isAdded ? set.Add(item) : set.Remove(item));
                }

                transaction.Commit();
            }

            using var snapshot = fixture.Pool.BeginSnapshot();
            var view = new PagedSetView<T>(snapshot, Pool.StartAddress);
            view.Check();
            Assert.Equal(expected.Count, view.Count);
            Assert.Equal(expected, view.Items);
        }

        fixture.Check();
    }

    [StructLayout(LayoutKind.Explicit, Size = 1000)]
    private struct Large : IComparable<Large>
    {
        [FieldOffset(500)] public int Number;

        public readonly int CompareTo(Large other) => Number.CompareTo(other.Number);
    }
}

using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Tests.Linq.Planning;

/// <summary>Interval sets follow the laws of sets, seen through the values they contain.</summary>
public sealed class IntervalSetTests
{
    private static readonly FieldEncoding Encoding = FieldEncoding.InIndex(typeof(byte))!;
    private static readonly byte[][] Values =
        [[0], .. Enumerable.Range(0, 256).Select(value => Encoding.Encode((byte)value))];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Operations_Random_AgreeWithMembership(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var (a, b) = (Create(random), Create(random));
            var (complement, both, either) = (a.Complement(), a.Intersect(b), a.Union(b));
            foreach (var value in Values)
            {
                Assert.NotEqual(a.Contains(value), complement.Contains(value));
                Assert.Equal(a.Contains(value) && b.Contains(value), both.Contains(value));
                Assert.Equal(a.Contains(value) || b.Contains(value), either.Contains(value));
            }

            Assert.True(IsSorted(complement) && IsSorted(both) && IsSorted(either), $"seed {seed}, step {i}");
            Assert.True(a.Union(complement).IsAll, $"seed {seed}, step {i}");
            Assert.True(a.Intersect(complement).IsEmpty, $"seed {seed}, step {i}");
        }
    }

    [Fact]
    public void Points_Repeated_AreOnce()
    {
        var set = IntervalSet.Points([Values[5], Values[3], Values[5]]);
        Assert.Equal(2, set.Intervals.Length);
        Assert.True(set.IsPoints);
        Assert.True(set.Intersect(IntervalSet.Present).IsPoints);
        Assert.True(set.Union(IntervalSet.Point(Values[4])).IsPoints);
    }

    private static IntervalSet Create(Random random) => random.Next(6) switch
    {
        0 => IntervalSet.Null,
        1 => IntervalSet.Present,
        2 => IntervalSet.Points([.. Enumerable.Range(0, random.Next(5)).Select(_ => Values[random.Next(1, 257)])]),
        3 => Create(random).Union(Create(random)),
        4 => Create(random).Complement(),
        _ => IntervalSet.Between(Values[random.Next(1, 257)], random.Next(3) == 0 ? null : Values[random.Next(1, 257)]),
    };

    private static bool IsSorted(IntervalSet set)
    {
        for (var i = 0; i < set.Intervals.Length; i++)
        {
            if (set.Intervals[i].IsEmpty
                || (i > 0 && set.Intervals[i - 1].To.AsSpan().SequenceCompareTo(set.Intervals[i].From) > 0))
            {
                return false;
            }
        }

        return true;
    }
}

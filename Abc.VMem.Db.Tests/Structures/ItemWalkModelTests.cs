using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Enumerations in a transaction while the list is changed at random, seeds 1 to 60.</summary>
public class ItemWalkModelTests
{
    private const int Items = 30;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Enumeration_OfAListThatChanges_SeesAllThatWasThereAndStayed(bool isBackward)
    {
        var completed = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            try
            {
                completed += Run(isBackward, new Random(seed)) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }

        // The others changed the page where they stood.
        Assert.InRange(completed, 10, 60);
    }

    private static bool Run(bool isBackward, Random random)
    {
        using var fixture = new PoolFixture(256);
        using var transaction = fixture.Pool.BeginTransaction();
        var list = new VMemList<Item1000>(transaction, PoolFixture.Slot(0));
        list.AddRange(Enumerable.Range(0, Items).Select(i => new Item1000(i)));
        var removed = new HashSet<long>();
        var outside = new HashSet<long>();
        var (fresh, seen) = (1000L, new List<long>());
        try
        {
            foreach (var item in isBackward ? list.Reverse() : list)
            {
                seen.Add(item.Value);
                if (random.Next(3) == 0)
                {
                    Change(list, random, ref fresh, removed, outside, isBackward);
                }
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        var stayed = Enumerable.Range(0, Items).Select(i => (long)i).Where(value => !removed.Contains(value));
        var expected = isBackward ? stayed.Reverse() : stayed;
        Assert.Equal(expected, seen.Where(value => value < 1000 && !removed.Contains(value)));
        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(seen.Where(outside.Contains));
        transaction.Commit();
        return true;
    }

    private static void Change(
        VMemList<Item1000> list,
        Random random,
        ref long fresh,
        HashSet<long> removed,
        HashSet<long> outside,
        bool isBackward)
    {
        // What follows the limit at the walk's end; what lies beyond it stays beyond.
        var count = (int)list.Count;
        var at = random.Next(count + 1);
        switch (random.Next(6))
        {
            case 0 or 1:
                list.Insert(list.PositionAt(at), new(fresh++));
                break;
            case 2:
                var first = fresh;
                fresh += random.Next(12);
                list.InsertRange(list.PositionAt(at), Range(first, fresh).ToArray());
                break;
            case 3 when at < count:
                removed.Add(list[list.PositionAt(at)].Value);
                list.RemoveAt(list.PositionAt(at));
                break;
            case 4:
                var end = Math.Min(count, at + random.Next(9));
                removed.UnionWith(list.Skip(at).Take(end - at).Select(item => item.Value));
                list.RemoveRange(list.PositionAt(at), list.PositionAt(end));
                break;
            default:
                outside.Add(fresh);
                _ = isBackward ? list.AddFirst(new(fresh++)) : list.Add(new(fresh++));
                break;
        }
    }

    private static IEnumerable<Item1000> Range(long from, long to)
    {
        for (var value = from; value < to; value++)
        {
            yield return new(value);
        }
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

public sealed partial class BTreeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly StateAddress State = new(PagePos.Start, 64);
    private readonly FakePages _pages = new();

    public void Dispose() => _pages.Dispose();

    [Theory]
    [InlineData(MapKeyShape.Small)]
    [InlineData(MapKeyShape.Text)]
    [InlineData(MapKeyShape.SharedPrefix)]
    [InlineData(MapKeyShape.Lengthy)]
    [InlineData(MapKeyShape.Ties)]
    [InlineData(MapKeyShape.Mixed)]
    public void RandomOperations_EqualModel(MapKeyShape shape)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        RunRandom(new MapModel(_pages, State), _pages, shape, seed, 6_000);
    }

    internal static void RunRandom(MapModel model, FakePages? fake, MapKeyShape shape, int seed, int operations)
    {
        var random = new Random(seed);
        for (int i = 1; i <= operations; i++)
        {
            // Grows, then shrinks, then grows again, so that splits, merges and root changes all happen often.
            int removes = (i / 1_500) % 2 == 0 ? 15 : 60;
            byte[] key = MapKeys.Next(random, shape);
            int action = random.Next(100);
            if (action < removes)
            {
                model.Remove(PickKey(model, random, key));
            }
            else if (action < 90)
            {
                model.Put(key, MapKeys.Value(random));
            }
            else
            {
                model.Insert(key, MapKeys.Value(random));
            }

            model.Find(PickKey(model, random, key));
            if (i % 500 == 0)
            {
                model.CheckAll(fake);
                byte[] from = MapKeys.Next(random, shape);
                byte[] to = MapKeys.Next(random, shape);
                model.CompareScan(from, to, descending: false);
                model.CompareScan(from, null, descending: true);
                model.CompareScan(null, to, descending: true);
            }
        }

        model.Clear();
        model.CheckAll(fake);
    }

    private static byte[] PickKey(MapModel model, Random random, byte[] otherwise) =>
        model.Count > 0 && random.Next(4) > 0
            ? model.Entries.ElementAt(random.Next(Math.Min(model.Count, 200))).Key
            : otherwise;
}

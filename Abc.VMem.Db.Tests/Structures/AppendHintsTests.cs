using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class AppendHintsTests(ITestOutputHelper output) : IDisposable
{
    private readonly FakePages _pages = new();

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void Append_MixedWithOtherChanges_EqualsModel()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        MapModel[] maps = [.. Enumerable.Range(0, 3).Select(i => new MapModel(_pages, Slot(i)))];
        int[] last = new int[3];
        for (int i = 0; i < 20_000; i++)
        {
            int which = random.Next(3);
            var map = maps[which];
            byte[] other = MapKeys.Number(random.Next(last[which] + 1));
            switch (random.Next(200))
            {
                case < 140:
                    map.Insert(MapKeys.Number(++last[which]), new byte[random.Next(200)]);
                    break;
                case < 160:
                    map.Remove(other);
                    break;
                case < 170:
                    map.Remove(MapKeys.Number(last[which]));
                    break;
                case < 180:
                    map.Put(other, new byte[random.Next(900)]);
                    break;
                case < 190:
                    map.Put(MapKeys.Number(last[which]), new byte[random.Next(2_000)]);
                    break;
                case < 199:
                    map.Put([.. MapKeys.Number(last[which]), (byte)random.Next(256)], new byte[random.Next(1_200)]);
                    break;
                default:
                    map.Clear();
                    break;
            }
        }

        Assert.All(maps, map => map.CheckAll());
        Assert.All(maps, map => map.Clear());
        Assert.Equal(2, _pages.UsedCount);
    }

    [Fact]
    public void Append_AfterOwnerMovedTheState_FollowsTheState()
    {
        BTree.Put(_pages, Slot(0), [1], [1]);
        BTree.Put(_pages, Slot(0), [2], [2]);
        var state = Layout.At<MapState>(_pages.Bytes(PagePos.Start), Slot(0).Offset);
        Layout.At<MapState>(_pages.Bytes(PagePos.Start), Slot(1).Offset) = state;
        Layout.At<MapState>(_pages.Bytes(PagePos.Start), Slot(0).Offset) = default;
        BTree.Put(_pages, Slot(0), [3], [3]);
        BTree.Put(_pages, Slot(1), [4], [4]);
        Assert.Equal(1, BTree.Count(_pages, Slot(0)));
        Assert.Equal(3, BTree.Count(_pages, Slot(1)));
        BTree.Check(_pages, Slot(0), _ => { });
        BTree.Check(_pages, Slot(1), _ => { });
    }

    [Fact]
    public void Append_AfterStateMovedAwayAndBack_KeepsMapSound()
    {
        // A list's items move when one is inserted before them, and back when it is removed.
        for (int i = 0; i < 400; i++)
        {
            BTree.Put(_pages, Slot(0), MapKeys.Number(i), new byte[20]);
        }

        Move(0, 1);
        for (int i = 399; i > 200; i--)
        {
            BTree.Remove(_pages, Slot(1), MapKeys.Number(i));
        }

        Move(1, 0);
        BTree.Put(_pages, Slot(0), MapKeys.Number(400), new byte[20]);
        Move(0, 1);
        BTree.Put(_pages, Slot(1), MapKeys.Number(500), new byte[20]);
        Move(1, 0);
        BTree.Put(_pages, Slot(0), MapKeys.Number(450), new byte[20]);
        BTree.Check(_pages, Slot(0), _ => { });
        Assert.Equal(204, BTree.Count(_pages, Slot(0)));

        void Move(int from, int to)
        {
            var bytes = _pages.Bytes(PagePos.Start);
            Layout.At<MapState>(bytes, Slot(to).Offset) = Layout.At<MapState>(bytes, Slot(from).Offset);
            Layout.At<MapState>(bytes, Slot(from).Offset) = default;
        }
    }

    [Fact]
    public void Append_ManyMaps_KeepsAllSound()
    {
        for (int i = 0; i < 2_000; i++)
        {
            for (int map = 0; map < 20; map++)
            {
                BTree.Put(_pages, Slot(map), MapKeys.Number(i), new byte[20]);
            }
        }

        for (int map = 0; map < 20; map++)
        {
            BTree.Check(_pages, Slot(map), _ => { });
            Assert.Equal(2_000, BTree.Count(_pages, Slot(map)));
        }
    }

    private static PageAddress Slot(int index) => new(PagePos.Start, 64 + (index * MapState.Bytes));
}

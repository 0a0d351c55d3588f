using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>
/// The seed's tests of its list: 4 items to a page there and here, so every position is the seed's. Its states are
/// variables of the test; ours are on the start page.
/// </summary>
public sealed class ListTests : IDisposable
{
    private readonly PoolFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Insert()
    {
        var list = new VMemList<SeedItem>(_fixture.Pool, PoolFixture.Slot(0));

        Step(0x21, ItemPosition.End, At(2, 0), last: At(2, 0));
        Step(0x22, ItemPosition.End, At(2, 1), last: At(2, 1));
        Step(0x23, At(2, 0), At(2, 0), last: At(2, 2));
        Step(0x24, list.FirstPosition, At(2, 0), last: At(2, 3));
        //// | (2) 24 23 21 22 |
        Step(0x25, At(2, 2), At(2, 2), last: At(3, 1));
        //// | (2) 24 23 25 __ | (3) 21 22 __ __ |
        Step(0x26, ItemPosition.End, At(3, 2), last: At(3, 2));
        Step(0x27, list.FirstPosition, At(2, 0), last: At(3, 2));
        //// | (2) 27 24 23 25 | (3) 21 22 26 __ |
        Step(0x28, list.FirstPosition, At(2, 0), last: At(3, 2));
        //// | (2) 28 27 24 __ | (4) 23 25 __ __ | (3) 21 22 26 __ |
        Step(0x29, ItemPosition.End, At(3, 3), last: At(3, 3));
        Step(0x2a, ItemPosition.End, At(5, 0), last: At(5, 0));
        //// | (2) 28 27 24 __ | (4) 23 25 __ __ | (3) 21 22 26 29 | (5) 2a __ __ __ |

        (byte Value, ItemPosition At)[] expected =
        [
            (0x28, At(2, 0)), (0x27, At(2, 1)), (0x24, At(2, 2)),
            (0x23, At(4, 0)), (0x25, At(4, 1)),
            (0x21, At(3, 0)), (0x22, At(3, 1)), (0x26, At(3, 2)), (0x29, At(3, 3)),
            (0x2a, At(5, 0)),
        ];
        var at = list.FirstPosition;
        foreach (var (value, position) in expected)
        {
            Assert.Equal(position, at);
            Assert.True(list[at].IsAll(value));
            at = list.Next(at);
        }

        Assert.Equal(ItemPosition.End, at);
        at = list.LastPosition;
        foreach (var (value, position) in expected.Reverse())
        {
            Assert.Equal(position, at);
            Assert.True(list[at].IsAll(value));
            at = list.Previous(at);
        }

        Assert.Equal(ItemPosition.BeforeFirst, at);

        void Step(byte value, ItemPosition before, ItemPosition expected, ItemPosition last)
        {
            var count = list.Count;
            Assert.Equal(expected, list.Insert(before, SeedItem.Of(value)));
            Assert.Equal(last, list.LastPosition);
            Assert.Equal(At(2, 0), list.FirstPosition);
            Assert.Equal(count + 1, list.Count);
        }
    }

    [Fact]
    public void InsertMany()
    {
        SeedLists.InsertItems(NewList(), 4000);
        Assert.Equal(1000, _fixture.Check().Structures.Single().Pages);
    }

    [Fact]
    public void Erase()
    {
        var list = NewList();
        SeedLists.InsertItems(list, 16);
        //// | (2) 00 01 02 03 | (3) 04 05 06 07 | (4) 08 09 0a 0b | (5) 0c 0d 0e 0f |
        Step(At(4, 3), At(5, 0), 0x0c, count: 15);
        Step(At(4, 0), At(4, 0), 0x09, count: 14);
        Step(At(3, 2), At(3, 2), 0x07, count: 13);
        //// | (2) 00 01 02 03 | (3) 04 05 07 __ | (4) 09 0a __ __ | (5) 0c 0d 0e 0f |
        Step(At(3, 1), At(3, 1), 0x07, count: 12);
        //// | (2) 00 01 02 03 | (3) 04 07 09 0a | (5) 0c 0d 0e 0f |
        Step(At(3, 1), At(3, 1), 0x09, count: 11);
        Step(At(2, 0), At(2, 0), 0x01, count: 10);
        Step(At(2, 2), At(3, 0), 0x04, count: 9);
        Step(At(3, 0), At(3, 0), 0x09, count: 8);
        Step(At(3, 1), At(5, 0), 0x0c, count: 7);
        //// | (2) 01 02 __ __ | (3) 09 __ __ __ | (5) 0c 0d 0e 0f |
        Step(At(3, 0), At(5, 0), 0x0c, count: 6);
        Step(At(5, 3), ItemPosition.End, data: null, count: 5);
        //// | (2) 01 02 __ __ | (5) 0c 0d 0e __ |
        Step(At(2, 0), At(2, 0), 0x02, count: 4);
        Assert.Equal([0x02UL, 0x0cUL, 0x0dUL, 0x0eUL], list.Select(item => item.Data));
        _fixture.AssertUsed(2);

        void Step(ItemPosition target, ItemPosition next, ulong? data, long count)
        {
            Assert.Equal(next, list.RemoveAt(target));
            Assert.Equal(data, list.TryGet(next, out var item) ? item.Data : null);
            Assert.Equal(count, list.Count);
        }
    }

    [Fact]
    public void Find()
    {
        var list = NewList();
        SeedLists.InsertItems(list, 16);
        var (first, last) = (At(3, 1), At(5, 0));
        (ulong Data, ItemPosition Expected)[] cases =
        [
            (0x04, last), (0x05, At(3, 1)), (0x07, At(3, 3)), (0x08, At(4, 0)), (0x0b, At(4, 3)), (0x0c, last),
            (0x0d, last),
        ];
        foreach (var (data, expected) in cases)
        {
            var found = list.Find(new SeedItemMany(data), first, last);
            Assert.Equal(expected, found);
            Assert.Equal(found == last ? 0x0cUL : data, list[found].Data);
        }
    }

    private static ItemPosition At(long page, int index) => SeedLists.At(page, index);

    private VMemList<SeedItemMany> NewList() => new(_fixture.Pool, PoolFixture.Slot(0));
}

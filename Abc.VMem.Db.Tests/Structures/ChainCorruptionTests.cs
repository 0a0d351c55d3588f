using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>
/// A chain of five pages, of four items each but the last with two, that is damaged in one place: every operation ends,
/// with a result or with an exception that says damage.
/// </summary>
public class ChainCorruptionTests
{
    private static readonly PageAddress State = new(PagePos.Start, ProgramHead.ProgramOffset);

    public static TheoryData<int> Damages => [.. Enumerable.Range(0, AllDamages.Length)];

    private static Action<FakePages>[] AllDamages { get; } =
    [
        pages => Header(pages, 3).Next = new(2),
        pages => Header(pages, 3).Next = new(3),
        pages => Header(pages, 3).Next = new(5),
        pages => Header(pages, 3).Next = PagePos.Nil,
        pages => Header(pages, 3).Next = new(1),
        pages => Header(pages, 3).Next = new(1000),
        pages => Header(pages, 3).Next = new(-7),
        pages => Header(pages, 6).Next = new(2),
        pages => Header(pages, 2).Previous = new(6),
        pages => Header(pages, 4).Previous = new(5),
        pages => Header(pages, 4).Previous = PagePos.Nil,
        pages => (Header(pages, 6).Next, Header(pages, 2).Previous) = (new(2), new(6)),
        pages => (Header(pages, 4).Next, Header(pages, 3).Previous) = (new(3), new(4)),
        pages => Header(pages, 4).ItemCount = 0,
        pages => Header(pages, 4).ItemCount = 5,
        pages => Header(pages, 4).ItemCount = ushort.MaxValue,
        pages => Header(pages, 4).ItemCount = 3,
        pages => Header(pages, 2).ItemCount = 0,
        pages => Header(pages, 6).ItemCount = 0,
        pages => Header(pages, 4).Type = PageType.Linked,
        pages => Header(pages, 2).Type = PageType.None,
        pages => Header(pages, 6).Type = PageType.MapLeaf,
        pages => Chain(pages).Front = new(3),
        pages => Chain(pages).Front = new(0),
        pages => Chain(pages).Front = new(-1),
        pages => Chain(pages).Front = new(1000),
        pages => Chain(pages).Back = new(5),
        pages => Chain(pages).Back = new(1),
        pages => Chain(pages).Back = new(2),
        pages => Chain(pages).PageCount = 0,
        pages => Chain(pages).PageCount = 1,
        pages => Chain(pages).PageCount = 4,
        pages => Chain(pages).PageCount = 6,
        pages => Chain(pages).PageCount = uint.MaxValue,
        pages => Chain(pages).ItemCount = 0,
        pages => Chain(pages).ItemCount = 17,
        pages => Chain(pages).ItemCount = 19,
        pages => Chain(pages).ItemCount = long.MaxValue,
        pages => Chain(pages).ItemCount = -1,
        pages => Chain(pages).ItemBytes = 0,
        pages => Chain(pages).ItemBytes = 5000,
        pages => (Chain(pages).PageCount, Chain(pages).ItemCount) = (uint.MaxValue, uint.MaxValue * 4L),
    ];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Operation_OnADamagedChain_EndsTyped(int damage)
    {
        Action<VMemList<Item1000>>[] operations =
        [
            list => list.ToArray(),
            list => Assert.All(list, _ => { }),
            list => Assert.All(list.Reverse(), _ => { }),
            list => list.Find(Items.Of<Item1000>(99)),
            list => Assert.All(list.Range(new(new(4), 0), ItemPosition.End), _ => { }),
            list => list.PositionAt(16),
            list => list.PositionAt(3),
            list => list.Next(list.LastPosition),
            list => list.Previous(new(new(4), 0)),
            list => list.Add(default),
            list => list.AddFirst(default),
            list => list.AddRange(new Item1000[20].AsSpan()),
            list => list.Insert(new(new(4), 1), default),
            list => list.InsertRange(new(new(4), 1), new Item1000[11]),
            list => list.RemoveAt(new(new(4), 1)),
            list => list.RemoveAt(new(new(3), 0)),
            list => list.RemoveRange(new(new(3), 1), new(new(6), 1)),
            list => list.RemoveRange(list.FirstPosition, ItemPosition.End),
            list => list.RemoveWhere(item => item.Value % 2 == 0),
            list => list.RemoveWhere(_ => true),
            list => list.Remove(Items.Of<Item1000>(9)),
            list => list.TryRemoveFirst(out _),
            list => list.TryRemoveLast(out _),
            list => list.CopyTo(new Item1000[100], 0),
        ];
        var wrong = 0;
        foreach (var operation in operations)
        {
            using var pages = new FakePages { MaxPins = 5 };
            var list = new VMemList<Item1000>(new FakeScope(pages), State);
            list.AddRange([.. Enumerable.Range(0, 18).Select(i => Items.Of<Item1000>(i))]);
            AllDamages[damage](pages);
            var changes = pages.ChangeCount;
            try
            {
                operation(list);
            }
            catch (Exception e) when (e is VMemDbException or ArgumentException)
            {
                wrong++;

                // A caller's mistake is found before anything is written; half a change must not be committed.
                Assert.True(pages.ChangeCount == changes || (pages.Doomed == e && e is VMemDbException));
            }

            Assert.Equal(0, pages.Pins);
        }

        Assert.True(wrong > 0, "No operation noticed the damage.");
    }

    private static ref PageHeader Header(FakePages pages, long position) =>
        ref Layout.At<PageHeader>(pages.Bytes(new(position)), 0);

    private static ref ChainState Chain(FakePages pages) =>
        ref Layout.At<ChainState>(pages.Bytes(State.Page), State.Offset);
}

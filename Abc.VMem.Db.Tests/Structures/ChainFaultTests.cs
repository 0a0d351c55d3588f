using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Changes that fail at any of their page writes: nothing stays pinned, and only rollback is left.</summary>
public class ChainFaultTests
{
    private static readonly PageAddress State = new(PagePos.Start, ProgramHead.ProgramOffset);

    public static TheoryData<string> Changes => [.. AllChanges.Keys];

    private static Dictionary<string, Action<VMemList<Item1000>, VMemList<Item1000>>> AllChanges { get; } = new()
    {
        ["Add"] = (list, _) => list.Add(default),
        ["Insert"] = (list, _) => list.Insert(list.PositionAt(5), default),
        ["AddRange"] = (list, _) => list.AddRange(new Item1000[20].AsSpan()),
        ["InsertRange"] = (list, _) => list.InsertRange(list.PositionAt(5), new Item1000[20].Where(_ => true)),
        ["RemoveAt"] = (list, _) => list.RemoveAt(list.PositionAt(13)),
        ["RemovePage"] = (list, _) => list.RemoveAt(list.LastPosition),
        ["Merge"] = (list, _) => list.RemoveRange(list.PositionAt(5), list.PositionAt(15)),
        ["RemoveWhere"] = (list, _) => list.RemoveWhere(item => item.Value % 3 != 0),
        ["Clear"] = (list, _) => list.Clear(),
        ["Splice"] = (list, other) => list.Splice(list.PositionAt(6), other),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Change_ThatFailsAtAnyWrite_DoomsTheTransaction(string change)
    {
        var failures = 0;
        for (var left = 0; ; left++)
        {
            using var pages = new FakePages();
            var scope = new FakeScope(pages);
            var list = New(scope, State, 17);
            var other = New(scope, State.Plus(VMemState.Bytes), 9);
            pages.ChangesLeft = left;
            try
            {
                AllChanges[change](list, other);
                Assert.Null(pages.Doomed);
                break;
            }
            catch (IOException e)
            {
                // The first write fails before it has done anything.
                Assert.Same(left == 0 ? null : e, pages.Doomed);
                failures++;
            }

            Assert.Equal(0, pages.Pins);
            Assert.Equal(0, scope.Open);
        }

        Assert.InRange(failures, 2, 200);
    }

    private static VMemList<Item1000> New(FakeScope scope, PageAddress state, int count)
    {
        var list = new VMemList<Item1000>(scope, state);
        list.AddRange([.. Enumerable.Range(0, count).Select(i => Items.Of<Item1000>(i))]);
        return list;
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

/// <summary>Lists that change as a whole between two steps of a compaction.</summary>
public class CompactListTests
{
    [Fact]
    public void Compact_ListClearedAndFilledBetweenSteps_StaysSound()
    {
        using var db = VMemDatabase.Open(new MemoryFileSystem(), "/test.vmem", CompactDatabase.Quiet);
        var waste = db.GetMap<int, string>("waste");
        for (var i = 0; i < 8; i++)
        {
            waste[i] = new string((char)('a' + i), 800_000);
        }

        var list = db.GetList<int>("list");
        list.AddRange(Enumerable.Range(0, 600_000).ToArray());
        for (var i = 0; i < 8; i++)
        {
            waste.Remove(i);
        }

        var isCleared = false;
        db.Compact(new Now<CompactProgress>(report =>
        {
            if (!isCleared && report.Structure == "list 'list'" && report.PagesMoved >= 30)
            {
                isCleared = true;
                list.Clear();
                list.AddRange(Enumerable.Range(0, 120_000).ToArray());
            }
        }));
        Assert.True(isCleared);
        db.Check();
        Assert.Equal(Enumerable.Range(0, 120_000), list);
    }
}

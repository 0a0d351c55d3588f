using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Tests.Linq.Parsing;

public sealed class PlanCacheTests
{
    [Fact]
    public void Find_SameShape_SamePlan()
    {
        var cache = new PlanCache<string>(10);
        Add(cache, Expression.Constant(1), "plan");
        Assert.Equal("plan", Find(cache, Expression.Constant(2)));
        Assert.Null(Find(cache, Expression.Constant(2L)));
    }

    [Fact]
    public void Add_Twice_FirstPlanStays()
    {
        var cache = new PlanCache<string>(10);
        Assert.Equal("first", Add(cache, Expression.Constant(1), "first"));
        Assert.Equal("first", Add(cache, Expression.Constant(1), "second"));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Add_BeyondTheCapacity_DropsWhatWasUsedLeastRecently()
    {
        var cache = new PlanCache<string>(100);
        for (var i = 0; i < 1000; i++)
        {
            Add(cache, Sum(i), $"{i}");
            Assert.Equal("0", Find(cache, Sum(0)));
            Assert.InRange(cache.Count, 1, 100);
        }

        Assert.Equal("999", Find(cache, Sum(999)));
        Assert.Null(Find(cache, Sum(500)));
    }

    /// <summary>A different shape for each number.</summary>
    private static Expression Sum(int terms) => Enumerable.Range(0, terms)
        .Aggregate((Expression)Expression.Constant(0), (sum, _) => Expression.Add(sum, Expression.Constant(1)));

    private static string Add(PlanCache<string> cache, Expression query, string plan)
    {
        var shape = ShapeReader.Read(query);
        var kept = cache.Add(shape, plan);
        shape.Release();
        return kept;
    }

    private static string? Find(PlanCache<string> cache, Expression query)
    {
        var shape = ShapeReader.Read(query);
        var plan = cache.Find(shape);
        shape.Release();
        return plan;
    }
}

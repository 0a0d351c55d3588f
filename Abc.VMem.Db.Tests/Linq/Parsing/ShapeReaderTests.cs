using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Tests.Linq.Parsing;

public sealed class ShapeReaderTests
{
    private static readonly IQueryable<Thing> Source = Array.Empty<Thing>().AsQueryable();

    [Fact]
    public void Read_OtherValues_SameShape()
    {
        Assert.Equal(ShapeOf(AgeAbove(1)), ShapeOf(AgeAbove(2)));
        Assert.Equal(ShapeOf(Source.Take(1)), ShapeOf(Source.Take(2)));
        Assert.Equal(ShapeOf(NameIs("a")), ShapeOf(NameIs(null)));
    }

    [Fact]
    public void Read_OtherOperators_OtherShape()
    {
        var queries = new[]
        {
            Source.Where(x => x.Age > 1),
            Source.Where(x => x.Age >= 1),
            Source.Where(x => x.Id > 1),
            Source.Where(x => x.Age > x.Id),
            Source.Where(x => x.Name == "a"),
            Source.Where(x => x.Name == null),
            Source.Where(x => x.Name.Equals("a", StringComparison.Ordinal)),
            Source.Where(x => x.Name.Equals("a", StringComparison.OrdinalIgnoreCase)),
            Source.Where(x => x.Active == true),
            Source.Where(x => x.Active == false),
            Source.Where(x => x.Tags.Any(t => t == "a")),
            Source.Where(x => x.Tags.All(t => t == "a")),
            Source.Where(x => x.Name.CompareTo("a") > 0),
            Source.Where(x => x.Name.CompareTo("a") > 1),
            Source.Where(x => x.Tags.Count > 0),
            Source.Where(x => x.Tags.Count > 1),
            Source.OrderBy(x => x.Age),
            Source.OrderByDescending(x => x.Age),
            Source,
        };
        Assert.Equal(queries.Length, queries.Select(ShapeOf).Distinct().Count());
    }

    [Fact]
    public void Read_TwoParameters_ToldApart()
    {
        Expression<Func<Thing, Thing, bool>> forwards = (x, y) => x.Age > y.Age;
        Expression<Func<Thing, Thing, bool>> backwards = (x, y) => y.Age > x.Age;
        Assert.NotEqual(ShapeOf(forwards), ShapeOf(backwards));
    }

    [Fact]
    public void Read_CapturedQuery_IsPartOfTheShape()
    {
        Assert.Equal(ShapeOf(Among(AgeAbove(1))), ShapeOf(Among(AgeAbove(2))));
        Assert.NotEqual(ShapeOf(Among(AgeAbove(1))), ShapeOf(Among(NameIs("a"))));
    }

    [Fact]
    public void Read_Constants_InTheOrderOfTheDetachedQuery()
    {
        var (age, name) = (5, "n");
        var query = Source.Where(x => x.Age > age && x.Name == name && x.Id == 7).Take(9).Expression;
        var shape = ShapeReader.Read(query);
        var constants = shape.CopyConstants();
        shape.Release();
        var detached = QueryDetacher.Detach(query, constants);
        Assert.Equal(5, constants.Length);
        Assert.Equal([7, 9], constants.OfType<int>());
        Assert.Equal(5, new SlotCounter().Count(detached));
    }

    private static IQueryable<Thing> AgeAbove(int age) => Source.Where(x => x.Age > age);

    private static IQueryable<Thing> NameIs(string? name) => Source.Where(x => x.Name == name);

    private static IQueryable<Thing> Among(IQueryable<Thing> others) =>
        Source.Where(x => others.Any(other => other.Id == x.Id));

    private static string ShapeOf(IQueryable<Thing> query) => ShapeOf(query.Expression);

    private static string ShapeOf(Expression query)
    {
        var shape = ShapeReader.Read(query);
        Assert.True(shape.IsCacheable);
        var text = string.Join(' ', shape.Tokens.ToArray());
        shape.Release();
        return text;
    }

    private sealed class SlotCounter : ExpressionVisitor
    {
        private int _count;

        public int Count(Expression query)
        {
            Visit(query);
            return _count;
        }

        protected override Expression VisitExtension(Expression node)
        {
            _count += node is ConstantSlotExpression ? 1 : 0;
            return node;
        }
    }
}

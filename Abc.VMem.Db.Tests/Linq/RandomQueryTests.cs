using System.Linq.Expressions;
using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Random filters, orders and slices: with indexes = without = LINQ to Objects.</summary>
public sealed class RandomQueryTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    private const int QueriesPerSeed = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Query_Random_EqualsLinqToObjects(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < QueriesPerSeed; i++)
        {
            var (name, run) = RandomQuery.Create(random);
            var expected = ResultText.Of(() => run(database.Things.AsQueryable()));
            var plain = ResultText.Of(() => run(database.Plain.AsQueryable()));
            var indexed = ResultText.Of(() => run(database.Indexed.AsQueryable()));
            Assert.True(expected == plain, $"seed {seed}, query {i}, without index: {name}\n{expected}\n{plain}");
            Assert.True(expected == indexed, $"seed {seed}, query {i}, with indexes: {name}\n{expected}\n{indexed}");
        }
    }
}

/// <summary>Makes random queries out of conditions on every kind of member.</summary>
internal static class RandomQuery
{
    private static readonly Func<Random, Expression<Func<Thing, bool>>>[] Conditions =
    [
        r => Compare(x => x.Age, r.Next(-10, 60), r),
        r => Compare(x => x.Id, r.Next(0, 250), r),
        r => Compare(x => x.Rank, r.Next(4) == 0 ? null : r.Next(8), r),
        r => Compare(x => x.Score, r.Next(5) switch { 0 => double.NaN, 1 => 0.0, 2 => 1.5, 3 => -3, _ => 1e300 }, r),
        r => Compare(x => x.Price, r.Next(480) / 2m, r),
        r => Compare(x => x.Letter, (char)('a' + r.Next(7)), r),
        r => Compare(x => x.Created, new DateTime(2020, 1, 1).AddDays(r.Next(42)), r),
        r => Compare(x => x.Closed, r.Next(4) == 0 ? null : new DateTime(2021, 6, 1).AddHours(r.Next(250)), r),
        r => Compare(x => x.Small, (short)r.Next(-100, 8000), r),
        r => Compare(x => x.Huge, r.Next(3) == 0 ? ulong.MaxValue - 50 : (ulong)r.Next(250), r),
        r => Long(r),
        r => Text(r),
        r => x => x.Active,
        r => x => x.Flag == true,
        r => Tag(r),
        r => Lines(r),
        r => x => x.Label.Length > 6,
        r => Ages(r),
    ];

    public static (string Name, Func<IQueryable<Thing>, object?> Run) Create(Random random)
    {
        var filter = Filter(random, depth: 3);
        var order = random.Next(6);
        var descending = random.Next(2) == 0;
        var (skip, take) = (random.Next(3) == 0 ? random.Next(30) : 0, random.Next(2) == 0 ? random.Next(1, 40) : 1000);
        var end = random.Next(5);
        return ($"{filter} order {order} {descending} skip {skip} take {take} end {end}", Run);

        object? Run(IQueryable<Thing> query)
        {
            var rows = Ordered(query.Where(filter), order, descending).Skip(skip).Take(take);
            return end switch
            {
                0 => rows.Count(),
                1 => rows.FirstOrDefault(),
                2 => rows.LastOrDefault(),
                3 => rows.Select(x => new { x.Id, x.Name }),
                _ => rows,
            };
        }
    }

    private static IQueryable<Thing> Ordered(IQueryable<Thing> query, int order, bool descending) =>
        (order, descending) switch
        {
            (0, false) => query.OrderBy(x => x.Age),
            (0, true) => query.OrderByDescending(x => x.Age),
            (1, false) => query.OrderBy(x => x.Name).ThenByDescending(x => x.Age),
            (1, true) => query.OrderByDescending(x => x.Name),
            (2, false) => query.OrderBy(x => x.Color).ThenBy(x => x.Age),
            (2, true) => query.OrderByDescending(x => x.Color).ThenByDescending(x => x.Rank),
            (3, false) => query.OrderBy(x => x.Rank),
            (3, true) => query.OrderByDescending(x => x.Id),
            _ => query,
        };

    private static Expression<Func<Thing, bool>> Filter(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            return Conditions[random.Next(Conditions.Length)](random);
        }

        var left = Filter(random, depth - 1);
        if (random.Next(5) == 0)
        {
            return Expression.Lambda<Func<Thing, bool>>(Expression.Not(left.Body), left.Parameters);
        }

        var right = Filter(random, depth - 1);
        var other = new Replacer(right.Parameters[0], left.Parameters[0]).Visit(right.Body)!;
        var both = random.Next(2) == 0 ? Expression.AndAlso(left.Body, other) : Expression.OrElse(left.Body, other);
        return Expression.Lambda<Func<Thing, bool>>(both, left.Parameters);
    }

    private static Expression<Func<Thing, bool>> Compare<T>(Expression<Func<Thing, T>> member, T value, Random random)
    {
        ExpressionType[] comparisons =
        [
            ExpressionType.Equal, ExpressionType.NotEqual, ExpressionType.LessThan, ExpressionType.LessThanOrEqual,
            ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual,
        ];
        var body = member.Body;
        Expression constant = Expression.Constant(value, typeof(T));
        if (typeof(T) == typeof(char) || typeof(T) == typeof(short))
        {
            (body, constant) = (Expression.Convert(body, typeof(int)), Expression.Convert(constant, typeof(int)));
        }

        var comparison = Expression.MakeBinary(comparisons[random.Next(comparisons.Length)], body, constant);
        return Expression.Lambda<Func<Thing, bool>>(comparison, member.Parameters);
    }

    private static Expression<Func<Thing, bool>> Long(Random random)
    {
        var limit = random.Next(3) == 0 ? 3_000_000_000L : random.Next(60);
        return x => x.Age < limit;
    }

    private static Expression<Func<Thing, bool>> Text(Random random)
    {
        string[] texts = ["Anna", "An", "", "b", "\uE000", "😀", "Z", "zz"];
        var text = texts[random.Next(texts.Length)];
        return random.Next(5) switch
        {
            0 => x => x.Name == text,
            1 => x => x.Name.StartsWith(text),
            2 => x => x.Name.Contains(text),
            3 => x => string.CompareOrdinal(x.Name, text) > 0,
            _ => x => x.Mail == null,
        };
    }

    private static Expression<Func<Thing, bool>> Tag(Random random)
    {
        var tag = $"t{random.Next(9)}";
        return random.Next(2) == 0 ? x => x.Tags.Contains(tag) : x => x.Tags.Any(t => t == tag || t == "t1");
    }

    private static Expression<Func<Thing, bool>> Lines(Random random)
    {
        var product = random.Next(12);
        return random.Next(2) == 0
            ? x => x.Lines.Any(l => l.Product == product)
            : x => x.Lines.Any(l => l.Product > product && l.Price < 5);
    }

    private static Expression<Func<Thing, bool>> Ages(Random random)
    {
        var ages = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(-5, 55)).ToList();
        return x => ages.Contains(x.Age);
    }

    private sealed class Replacer(Expression from, Expression to) : ExpressionVisitor
    {
        public override Expression? Visit(Expression? node) => node == from ? to : base.Visit(node);
    }
}

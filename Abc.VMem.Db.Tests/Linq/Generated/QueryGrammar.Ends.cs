using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

internal sealed partial class QueryGrammar
{
    private static readonly string[] Firsts =
    [
        nameof(Queryable.First), nameof(Queryable.FirstOrDefault), nameof(Queryable.Single),
        nameof(Queryable.SingleOrDefault), nameof(Queryable.Last), nameof(Queryable.LastOrDefault),
    ];

    private static readonly string[] Aggregates =
        [nameof(Queryable.Min), nameof(Queryable.Max), nameof(Queryable.Sum), nameof(Queryable.Average)];

    private static readonly Type[] Summable =
    [
        typeof(int), typeof(long), typeof(double), typeof(float), typeof(decimal), typeof(int?),
    ];

    private Expression GroupBy(Expression rows)
    {
        var row = Row(RowOf(rows));
        var key = values.Chance(80)
            ? Key(row.Type)
            : Expression.Lambda(New(ScopeOf(row) with { Parts = null }, 0), row);
        return values.Chance(70)
            ? Call(nameof(Queryable.GroupBy), [row.Type, key.ReturnType], rows, key)
            : GroupElements(rows, row, key);
    }

    private Expression GroupElements(Expression rows, ParameterExpression row, LambdaExpression key)
    {
        var element = Selector(row);
        return Call(
            nameof(Queryable.GroupBy), [row.Type, key.ReturnType, element.ReturnType], rows, key, element);
    }

    private Expression OnGroups(Expression rows)
    {
        var group = Row(RowOf(rows));
        var (key, element) = (group.Type.GetGenericArguments()[0], group.Type.GetGenericArguments()[1]);
        var count = Expression.Call(typeof(Enumerable), nameof(Enumerable.Count), [element], group);
        switch (values.Number(8))
        {
            case 0:
                var isLarge = Expression.GreaterThan(count, Expression.Constant(values.Number(3)));
                return Call(nameof(Queryable.Where), [group.Type], rows, Expression.Lambda(isLarge, group));
            case 1:
                return Slice(rows);
            case 2:
                return Call(
                    nameof(Queryable.OrderBy), [group.Type, typeof(int)], rows, Expression.Lambda(count, group));
            default:
                var members = new List<Expression> { Expression.Property(group, "Key") };
                while (members.Count < 3 && values.Chance(80))
                {
                    members.Add(OfGroup(group, element));
                }

                var selector = Expression.Lambda(New([.. members]), group);
                return Call(nameof(Queryable.Select), [group.Type, selector.ReturnType], rows, selector);
        }
    }

    /// <summary>An aggregate of a group's rows.</summary>
    private MethodCallExpression OfGroup(ParameterExpression group, Type element)
    {
        var row = Row(element);
        var scope = ScopeOf(row) with { Parts = null };
        var name = values.Pick([nameof(Enumerable.Count), .. Aggregates]);
        if (name == nameof(Enumerable.Count))
        {
            return values.Chance(60) ? Expression.Call(typeof(Enumerable), name, [element], group)
                : Expression.Call(
                    typeof(Enumerable), name, [element], group, Expression.Lambda(_grammar.Condition(scope, 1), row));
        }

        var isOrder = name is nameof(Enumerable.Min) or nameof(Enumerable.Max);
        var type = isOrder ? _grammar.TypeInScope(scope, _ => true) : values.Pick(Summable);
        var selector = Expression.Lambda(_grammar.Value(type, scope, 0), row);
        return Expression.Call(
            typeof(Enumerable),
            name,
            isOrder && !Summable.Contains(type) ? [element, type] : [element],
            group,
            selector);
    }

    private Expression End(Expression rows)
    {
        var row = RowOf(rows);
        var hasMembers = IsScalar(row) || MemberPaths.IsRecord(row);
        switch (values.Number(16))
        {
            case < 4:
                string[] counts = [nameof(Queryable.Count), nameof(Queryable.LongCount), nameof(Queryable.Any)];
                return hasMembers && values.Chance(50)
                    ? Call(values.Pick(counts), [row], rows, Predicate(row, 2))
                    : Call(values.Pick(counts), [row], rows);
            case < 8:
                return hasMembers && values.Chance(40)
                    ? Call(values.Pick(Firsts), [row], rows, Predicate(row, 2))
                    : Call(values.Pick(Firsts), [row], rows);
            case 8 when hasMembers:
                return Call(nameof(Queryable.All), [row], rows, Predicate(row, 2));
            case 9:
                return Call(
                    values.Pick([nameof(Queryable.ElementAt), nameof(Queryable.ElementAtOrDefault)]),
                    [row],
                    rows,
                    _grammar.Known(values.Chance(5) ? -1 : values.Number(12), typeof(int)));
            case 10 when IsValue(row) && IsScalar(row):
                return Call(nameof(Queryable.Contains), [row], rows, _grammar.Constant(row));
            case 11 when hasMembers:
                return Fold(rows);
            case 12 when hasMembers && !IsScalar(row):
                var key = Key(row);
                return Call(
                    values.Pick([nameof(Queryable.MinBy), nameof(Queryable.MaxBy)]), [row, key.ReturnType], rows, key);
            default:
                return hasMembers ? Aggregate(rows) : Call(nameof(Queryable.Count), [row], rows);
        }
    }

    private Expression Aggregate(Expression rows)
    {
        var row = Row(RowOf(rows));
        var name = values.Pick(Aggregates);
        var isOrder = name is nameof(Queryable.Min) or nameof(Queryable.Max);
        if (isOrder && IsScalar(row.Type) && values.Chance(50))
        {
            return Call(name, [row.Type], rows);
        }

        var type = isOrder ? _grammar.TypeInScope(ScopeOf(row), _ => true) : values.Pick(Summable);
        if (!isOrder && row.Type == type && values.Chance(50))
        {
            return Call(name, [], rows);
        }

        var selector = Expression.Lambda(_grammar.Value(type, ScopeOf(row), values.Chance(80) ? 0 : 1), row);
        return Call(name, isOrder ? [row.Type, type] : [row.Type], rows, selector);
    }

    private Expression Fold(Expression rows)
    {
        var (sum, row) = (Expression.Parameter(typeof(int), "sum"), Row(RowOf(rows)));
        var step = Expression.Add(
            Expression.Multiply(sum, Expression.Constant(31)),
            _grammar.Value(typeof(int), ScopeOf(row) with { Parts = null }, 1));
        return Call(
            nameof(Queryable.Aggregate),
            [row.Type, typeof(int)],
            rows,
            Expression.Constant(7),
            Expression.Lambda(step, sum, row));
    }
}

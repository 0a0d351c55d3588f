using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>Grows queries, operator by operator, each fitting the rows that the last one gives.</summary>
internal sealed partial class QueryGrammar(RandomValues values)
{
    private static readonly Type[] AnonymousTypes =
    [
        new { A = 1 }.GetType().GetGenericTypeDefinition(),
        new { A = 1, B = 1 }.GetType().GetGenericTypeDefinition(),
        new { A = 1, B = 1, C = 1 }.GetType().GetGenericTypeDefinition(),
    ];

    private readonly ValueGrammar _grammar = new(values);
    private int _names;

    /// <summary>A query.</summary>
    public GeneratedQuery Create()
    {
        var rows = values.Chance(94) ? (Expression)GeneratedQuery.Things : GeneratedQuery.Parts;
        if (values.Chance(75))
        {
            rows = Where(rows);
        }

        for (var left = values.Number(4); left > 0; left--)
        {
            rows = Operator(rows);
        }

        return new GeneratedQuery(values.Chance(45) ? End(rows) : rows);
    }

    private static Type RowOf(Expression rows) => rows.Type.GetGenericArguments()[0];

    private static bool IsScalar(Type type) => RandomValues.Scalars.Contains(type);

    private static bool IsGroup(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IGrouping<,>);

    /// <summary>Whether equality of rows is that of their values.</summary>
    private static bool IsValue(Type type) => IsScalar(type)
        || (MemberPaths.IsAnonymous(type) && type.GetGenericArguments().All(IsScalar));

    private Expression Operator(Expression rows)
    {
        var row = RowOf(rows);
        if (IsGroup(row))
        {
            return OnGroups(rows);
        }

        if (!IsScalar(row) && !MemberPaths.IsRecord(row))
        {
            return Slice(rows);
        }

        return values.Number(24) switch
        {
            < 4 => Where(rows),
            < 8 => Order(rows),
            < 11 => Slice(rows),
            < 14 => Select(rows),
            14 or 15 => GroupBy(rows),
            16 => SelectMany(rows) ?? Select(rows),
            17 or 18 => Join(rows) ?? Select(rows),
            19 => GroupJoin(rows) ?? Select(rows),
            20 => IsValue(row) ? Call(nameof(Queryable.Distinct), [row], rows) : DistinctBy(rows),
            21 => IsValue(row) ? Sets(rows) : Select(rows),
            22 => Call(nameof(Queryable.Reverse), [row], rows),
            _ => Rare(rows),
        };
    }

    private Expression Where(Expression rows)
    {
        var condition = Predicate(RowOf(rows), depth: 3);
        return Call(nameof(Queryable.Where), [RowOf(rows)], rows, condition);
    }

    private Expression Order(Expression rows)
    {
        var isDescending = values.Chance(40);
        var key = Key(RowOf(rows), isOrder: true);
        rows = Call(
            isDescending ? nameof(Queryable.OrderByDescending) : nameof(Queryable.OrderBy),
            [RowOf(rows), key.ReturnType],
            rows,
            key);
        while (values.Chance(40))
        {
            key = Key(RowOf(rows), isOrder: true);
            rows = Call(
                values.Chance(40) ? nameof(Queryable.ThenByDescending) : nameof(Queryable.ThenBy),
                [RowOf(rows), key.ReturnType],
                rows,
                key);
        }

        return rows;
    }

    private Expression Slice(Expression rows) => Call(
        values.Pick([nameof(Queryable.Take), nameof(Queryable.Take), nameof(Queryable.Skip)]),
        [RowOf(rows)],
        rows,
        _grammar.Known(values.Chance(5) ? -1 : values.Number(20), typeof(int)));

    private Expression Select(Expression rows)
    {
        var row = Row(RowOf(rows));
        var selector = values.Chance(45) ? Selector(row) : Expression.Lambda(New(ScopeOf(row), 1), row);
        return Call(nameof(Queryable.Select), [row.Type, selector.ReturnType], rows, selector);
    }

    private Expression? SelectMany(Expression rows)
    {
        var row = Row(RowOf(rows));
        if (_grammar.List(ScopeOf(row)) is not var (list, element))
        {
            return null;
        }

        var sequence = typeof(Func<,>).MakeGenericType(row.Type, typeof(IEnumerable<>).MakeGenericType(element));
        var collection = Expression.Lambda(sequence, list, row);
        if (values.Chance(50))
        {
            return Call(nameof(Queryable.SelectMany), [row.Type, element], rows, collection);
        }

        var item = Row(element);
        var result = Expression.Lambda(New(new Scope([row, item], null) { IsGuarded = true }, 1), row, item);
        return Call(
            nameof(Queryable.SelectMany), [row.Type, element, result.ReturnType], rows, collection, result);
    }

    private Expression? Join(Expression rows)
    {
        if (JoinKeys(RowOf(rows)) is not var (outer, inner))
        {
            return null;
        }

        var (row, part) = (Row(RowOf(rows)), Row(typeof(Part)));
        var result = Expression.Lambda(New(new Scope([row, part], null) { IsGuarded = true }, 1), row, part);
        var name = values.Pick([nameof(Queryable.Join), nameof(Queryable.Join), "LeftJoin"]);
        if (name == "LeftJoin")
        {
            result = Expression.Lambda(
                New([
                    Own(row),
                    Expression.Equal(part, Expression.Constant(null, typeof(Part))),
                ]),
                row,
                part);
        }

        return Call(
            name,
            [row.Type, typeof(Part), outer.ReturnType, result.ReturnType],
            rows,
            InnerParts(),
            outer,
            inner,
            result);
    }

    private Expression? GroupJoin(Expression rows)
    {
        if (JoinKeys(RowOf(rows)) is not var (outer, inner))
        {
            return null;
        }

        var (row, parts) = (Row(RowOf(rows)), Row(typeof(IEnumerable<Part>)));
        var part = Row(typeof(Part));
        var weight = Expression.Property(part, nameof(Part.Id));
        Expression[] aggregates =
        [
            Expression.Call(typeof(Enumerable), nameof(Enumerable.Count), [typeof(Part)], parts),
            Expression.Call(
                typeof(Enumerable), nameof(Enumerable.Sum), [typeof(Part)], parts, Expression.Lambda(weight, part)),
        ];
        var own = Own(row);
        var result = Expression.Lambda(New([own, values.Pick(aggregates)]), row, parts);
        return Call(
            nameof(Queryable.GroupJoin),
            [row.Type, typeof(Part), outer.ReturnType, result.ReturnType],
            rows,
            InnerParts(),
            outer,
            inner,
            result);
    }

    private (LambdaExpression Outer, LambdaExpression Inner)? JoinKeys(Type rowType)
    {
        var (row, part) = (Row(rowType), Row(typeof(Part)));
        var type = values.Pick([typeof(int), typeof(int?), typeof(string), typeof(decimal), typeof(Color)]);
        if (_grammar.Member(type, ScopeOf(row)) is not { } outer
            || _grammar.Member(type, ScopeOf(part)) is not { } inner)
        {
            return null;
        }

        return (Expression.Lambda(outer, row), Expression.Lambda(inner, part));
    }

    private Expression InnerParts() =>
        values.Chance(60) ? GeneratedQuery.Parts : Where(GeneratedQuery.Parts);

    /// <summary>Two queries over the same things, put together.</summary>
    private Expression Sets(Expression rows)
    {
        var row = Row(typeof(Thing));
        var type = RowOf(rows);
        var selector = Expression.Lambda(
            IsScalar(type)
                ? _grammar.Value(type, ScopeOf(row), 0)
                : New(type, [.. type.GetGenericArguments().Select(part => _grammar.Value(part, ScopeOf(row), 0))]),
            row);
        var other = Call(nameof(Queryable.Select), [row.Type, type], Where(GeneratedQuery.Things), selector);
        var name = values.Pick(
            [nameof(Queryable.Union), nameof(Queryable.Concat), nameof(Queryable.Except), nameof(Queryable.Intersect)]);
        return Call(name, [type], rows, other);
    }

    private Expression DistinctBy(Expression rows)
    {
        var key = Key(RowOf(rows));
        return Call(nameof(Queryable.DistinctBy), [RowOf(rows), key.ReturnType], rows, key);
    }

    private Expression Rare(Expression rows)
    {
        var row = RowOf(rows);
        var count = Expression.Constant(values.Number(6));
        return values.Number(6) switch
        {
            0 => Call(nameof(Queryable.TakeWhile), [row], rows, Predicate(row, 1)),
            1 => Call(nameof(Queryable.SkipWhile), [row], rows, Predicate(row, 1)),
            2 => Call(nameof(Queryable.TakeLast), [row], rows, count),
            3 => Call(nameof(Queryable.SkipLast), [row], rows, count),
            4 when IsScalar(row) => Call(nameof(Queryable.DefaultIfEmpty), [row], rows),
            5 when IsScalar(row) => Call(nameof(Queryable.Append), [row], rows, _grammar.Constant(row)),
            _ => Slice(rows),
        };
    }

    private LambdaExpression Predicate(Type type, int depth)
    {
        var row = Row(type);
        return Expression.Lambda(_grammar.Condition(ScopeOf(row) with { IsGuarded = false }, depth), row);
    }

    /// <summary>A key to order or to group by.</summary>
    private LambdaExpression Key(Type type, bool isOrder = false)
    {
        var row = Row(type);
        var scope = ScopeOf(row) with { IsGuarded = !isOrder };
        var key = _grammar.TypeInScope(scope, _ => true);
        return Expression.Lambda(_grammar.Value(key, scope, values.Chance(80) ? 0 : 1), row);
    }

    private LambdaExpression Selector(ParameterExpression row)
    {
        var type = _grammar.TypeInScope(ScopeOf(row), _ => true);
        return Expression.Lambda(_grammar.Value(type, ScopeOf(row), values.Chance(60) ? 0 : 2), row);
    }

    private NewExpression New(Scope scope, int depth) => New(
        [.. Enumerable.Range(0, values.Number(3) + 1).Select(_ =>
            _grammar.Value(_grammar.TypeInScope(scope, _ => true), scope, values.Chance(70) ? 0 : depth))]);

    private static NewExpression New(Expression[] members) =>
        New(AnonymousTypes[members.Length - 1].MakeGenericType([.. members.Select(member => member.Type)]), members);

    private static NewExpression New(Type type, Expression[] members) =>
        Expression.New(type.GetConstructors()[0], members, type.GetProperties());

    /// <summary>A value of a row alone.</summary>
    private Expression Own(ParameterExpression row)
    {
        var scope = new Scope([row], null) { IsGuarded = true };
        return _grammar.Value(_grammar.TypeInScope(scope, _ => true), scope, 0);
    }

    private static Scope ScopeOf(ParameterExpression row) => new([row], GeneratedQuery.Parts) { IsGuarded = true };

    private ParameterExpression Row(Type type) => Expression.Parameter(type, $"{"xyzuvw"[_names % 6]}{_names++ / 6}");

    private static MethodCallExpression Call(string name, Type[] types, params Expression[] arguments) =>
        Expression.Call(
            typeof(Queryable),
            name,
            types,
            [.. arguments.Select(a => a is LambdaExpression lambda ? Expression.Quote(lambda) : a)]);
}

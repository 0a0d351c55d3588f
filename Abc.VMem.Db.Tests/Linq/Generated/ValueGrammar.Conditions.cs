using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

internal sealed partial class ValueGrammar
{
    private static readonly ExpressionType[] Comparisons =
    [
        ExpressionType.Equal, ExpressionType.NotEqual, ExpressionType.LessThan, ExpressionType.LessThanOrEqual,
        ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual, ExpressionType.Equal,
    ];

    /// <summary>A condition on the rows in scope.</summary>
    public Expression Condition(Scope scope, int depth)
    {
        var roll = values.Number(20);
        if (depth <= 0 || roll < 6)
        {
            return Comparison(scope, depth);
        }

        switch (roll)
        {
            case < 10:
                return Expression.AndAlso(Condition(scope, depth - 1), Condition(scope, depth - 1));
            case < 13:
                return Expression.OrElse(Condition(scope, depth - 1), Condition(scope, depth - 1));
            case 13:
                return Expression.Not(Condition(scope, depth - 1));
            case 14:
                return OnText(scope, depth - 1);
            case 15:
                return IsNull(scope) ?? Comparison(scope, depth);
            case 16:
                return InList(scope, depth - 1);
            case 17 when scope.Parts is not null && values.Chance(30):
                return InParts(scope, depth - 1);
            case 18:
                return Member(typeof(bool), scope) ?? Comparison(scope, depth);
            default:
                return OnList(scope, depth - 1) ?? OnText(scope, depth - 1);
        }
    }

    private Expression Comparison(Scope scope, int depth)
    {
        var type = TypeInScope(scope, _ => true);
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var left = Member(type, scope) ?? Value(type, scope, 0);
        left = values.Chance(15) ? Value(type, scope, depth) : left;
        var right = values.Chance(75) ? Constant(type) : Value(type, scope, depth - 1);
        if (type == typeof(string))
        {
            return CompareTexts(left, right);
        }

        var isEqualityOnly = plain == typeof(bool) || plain == typeof(Guid);
        var comparison = isEqualityOnly
            ? values.Pick([ExpressionType.Equal, ExpressionType.NotEqual])
            : values.Pick(Comparisons);
        if (plain == typeof(short) || plain == typeof(byte) || plain == typeof(char) || plain == typeof(Color))
        {
            var number = type == plain ? typeof(int) : typeof(int?);
            (left, right) = (Expression.Convert(left, number), Expression.Convert(right, number));
        }
        else if (type == typeof(int) && values.Chance(20))
        {
            var wide = values.Pick([typeof(long), typeof(double), typeof(decimal)]);
            (left, right) = (Expression.Convert(left, wide), wide == typeof(decimal)
                ? Expression.Convert(Value(typeof(short), scope, 0), wide)
                : Value(wide, scope, 0));
        }

        var result = Expression.MakeBinary(comparison, left, right);
        return values.Chance(8) && plain != typeof(bool) && type == plain && left.Type == type
            ? Expression.Call(left, nameof(Equals), null, Expression.Convert(right, typeof(object)))
            : result;
    }

    private Expression CompareTexts(Expression left, Expression right)
    {
        if (values.Chance(70))
        {
            return Expression.MakeBinary(values.Pick([ExpressionType.Equal, ExpressionType.NotEqual]), left, right);
        }

        var name = values.Pick([nameof(string.CompareOrdinal), nameof(string.Compare)]);
        var compare = typeof(string).GetMethod(name, [typeof(string), typeof(string)])!;
        return Expression.MakeBinary(
            values.Pick(Comparisons), Expression.Call(compare, left, right), Expression.Constant(0));
    }

    private Expression OnText(Scope scope, int depth)
    {
        var text = Member(typeof(string), scope) ?? Value(typeof(string), scope, depth);
        if (values.Chance(15))
        {
            return Expression.Call(typeof(string), nameof(string.IsNullOrEmpty), null, text);
        }

        var part = Expression.Constant(values.Text());
        var method = values.Pick([nameof(string.StartsWith), nameof(string.Contains), nameof(string.EndsWith)]);
        Expression argument = values.Chance(50) ? part : Known(values.Text(), typeof(string));
        return Expression.Call(NotNull(text, scope), method, null, argument);
    }

    private Expression? IsNull(Scope scope)
    {
        var found = scope.Paths
            .Where(p => p.Path.Type == typeof(string) || Nullable.GetUnderlyingType(p.Path.Type) is not null).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var (row, path) = values.Pick(found);
        var member = path.On(row);
        var test = Expression.MakeBinary(
            values.Pick([ExpressionType.Equal, ExpressionType.NotEqual]),
            member,
            Expression.Constant(null, member.Type));
        return path.IsThere(row) is { } there && (scope.IsGuarded || values.Chance(85))
            ? Expression.AndAlso(there, test)
            : test;
    }

    /// <summary>Whether a value is in a list of the program's.</summary>
    private Expression InList(Scope scope, int depth)
    {
        var type = TypeInScope(scope, _ => true);
        var length = values.Number(5);
        var list = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type))!;
        for (var i = 0; i < length; i++)
        {
            list.Add(values.Of(type));
        }

        var value = Member(type, scope) ?? Value(type, scope, depth);
        if (values.Chance(50))
        {
            return Expression.Call(Known(list, list.GetType()), nameof(List<>.Contains), null, value);
        }

        var array = Array.CreateInstance(type, length);
        list.CopyTo(array, 0);
        return Expression.Call(
            typeof(Enumerable), nameof(Enumerable.Contains), [type], Known(array, array.GetType()), value);
    }

    /// <summary>Whether the second collection has something that fits the row.</summary>
    private Expression InParts(Scope scope, int depth)
    {
        var part = Expression.Parameter(typeof(Part), "p");
        var inner = new Scope([part], null, scope.Rows);
        var condition = Expression.AndAlso(
            Expression.Equal(
                Expression.Property(part, nameof(Part.Owner)), Value(typeof(int), inner with { Rows = [] }, 0)),
            Condition(inner, depth));
        return Expression.Call(
            typeof(Queryable),
            nameof(Queryable.Any),
            [typeof(Part)],
            scope.Parts!,
            Expression.Quote(Expression.Lambda(condition, part)));
    }
}

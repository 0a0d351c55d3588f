using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>Grows expressions of a wanted type over the rows in scope.</summary>
internal sealed partial class ValueGrammar(RandomValues values)
{
    private static readonly MethodInfo Concat =
        typeof(string).GetMethod(nameof(string.Concat), [typeof(string), typeof(string)])!;

    public RandomValues Values => values;

    /// <summary>A constant, or a variable that the program captured.</summary>
    public Expression Constant(Type type)
    {
        var value = values.Of(type);
        return Known(value, type);
    }

    /// <summary>A given constant.</summary>
    public Expression Known(object? value, Type type)
    {
        if (values.Chance(50))
        {
            return Expression.Constant(value, type);
        }

        var captured = typeof(Captured<>).MakeGenericType(type);
        return Expression.Field(
            Expression.Constant(Activator.CreateInstance(captured, value)), nameof(Captured<>.Value));
    }

    /// <summary>A value of a scalar type.</summary>
    public Expression Value(Type type, Scope scope, int depth)
    {
        var roll = values.Number(10);
        if (depth <= 0 || roll < 5)
        {
            return Member(type, scope) ?? Constant(type);
        }

        return roll switch
        {
            5 => Constant(type),
            6 => Expression.Condition(
                Condition(scope, depth - 1), Value(type, scope, depth - 1), Value(type, scope, depth - 1)),
            _ => Computed(type, scope, depth - 1) ?? Member(type, scope) ?? Constant(type),
        };
    }

    /// <summary>A member of a type; null when no row in scope has one.</summary>
    public Expression? Member(Type type, Scope scope)
    {
        var found = scope.Paths.Where(path => path.Path.Type == type).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var (row, chosen) = values.Pick(found);
        var member = chosen.On(row);
        return chosen.IsThere(row) is { } there && (scope.IsGuarded || values.Chance(88))
            ? Expression.Condition(there, member, Expression.Constant(values.Of(type), type))
            : member;
    }

    /// <summary>A type that a member in scope has, of those that pass.</summary>
    public Type TypeInScope(Scope scope, Func<Type, bool> passes)
    {
        var found = scope.Paths.Select(path => path.Path.Type)
            .Where(type => RandomValues.Scalars.Contains(type) && passes(type)).ToList();
        return found.Count > 0 && values.Chance(90) ? values.Pick(found)
            : values.Pick(RandomValues.Scalars.Where(passes).ToArray());
    }

    private Expression? Computed(Type type, Scope scope, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Expression.Convert(Value(inner, scope, depth), type);
        }

        return type == typeof(string) ? ComputedText(scope, depth)
            : type == typeof(bool) ? Condition(scope, depth)
            : type == typeof(int) ? ComputedInteger(scope, depth)
            : type == typeof(long) ? values.Chance(50)
                ? Expression.Convert(Value(typeof(int), scope, depth), type)
                : Arithmetic(type, scope, depth)
            : type == typeof(double) ? values.Chance(30)
                ? Expression.Convert(Value(values.Pick([typeof(int), typeof(float)]), scope, depth), type)
                : Arithmetic(type, scope, depth)
            : type == typeof(decimal) ? ComputedDecimal(scope, depth)
            : type == typeof(DateTime) ? Fallback<DateTime>(scope, depth)
            : type == typeof(Color) ? Fallback<Color>(scope, depth)
            : null;
    }

    /// <summary>A nullable member, with what stands for null.</summary>
    private Expression? Fallback<T>(Scope scope, int depth)
        where T : struct
    {
        if (Member(typeof(T?), scope) is not { } member)
        {
            return null;
        }

        return values.Number(3) switch
        {
            0 => Expression.Coalesce(member, Value(typeof(T), scope, depth)),
            1 => Expression.Call(member, nameof(Nullable<>.GetValueOrDefault), null),
            _ => Expression.Condition(
                Expression.Property(member, nameof(Nullable<>.HasValue)),
                Expression.Property(member, nameof(Nullable<>.Value)),
                Constant(typeof(T))),
        };
    }

    private Expression Arithmetic(Type type, Scope scope, int depth)
    {
        ExpressionType[] operators = [ExpressionType.Add, ExpressionType.Subtract, ExpressionType.Multiply];
        return Expression.MakeBinary(
            values.Pick(operators), Value(type, scope, depth), Value(type, scope, depth - 1));
    }

    private Expression ComputedInteger(Scope scope, int depth)
    {
        switch (values.Number(8))
        {
            case 0:
                var divisor = Known(values.Pick([1, 2, 3, 7]), typeof(int));
                return values.Chance(50)
                    ? Expression.Modulo(Value(typeof(int), scope, depth), divisor)
                    : Expression.Divide(Value(typeof(int), scope, depth), divisor);
            case 1:
                return Expression.Property(NotNull(Value(typeof(string), scope, depth), scope), nameof(string.Length));
            case 2:
                var small = values.Pick([typeof(short), typeof(byte), typeof(char), typeof(Color)]);
                return Expression.Convert(Value(small, scope, depth), typeof(int));
            case 3:
                string[] parts = ["Year", "Month", "Day", "Hour"];
                return Expression.Property(Value(typeof(DateTime), scope, depth), values.Pick(parts));
            case 4:
                return Fallback<int>(scope, depth) ?? Arithmetic(typeof(int), scope, depth);
            case 5 or 6:
                return OfList(typeof(int), scope, depth) ?? Arithmetic(typeof(int), scope, depth);
            default:
                return Arithmetic(typeof(int), scope, depth);
        }
    }

    /// <remarks>Not the extremes, which overflow in most sums.</remarks>
    private Expression? ComputedDecimal(Scope scope, int depth)
    {
        var small = Expression.Convert(Value(typeof(short), scope, depth), typeof(decimal));
        return values.Chance(50) ? OfList(typeof(decimal), scope, depth) ?? small
            : Expression.MakeBinary(
                values.Pick([ExpressionType.Add, ExpressionType.Multiply]),
                small,
                Known(values.Pick([0.5m, 1.0m, 2m, 3.25m]), typeof(decimal)));
    }

    private Expression ComputedText(Scope scope, int depth)
    {
        var text = NotNull(Value(typeof(string), scope, depth), scope);
        switch (values.Number(7))
        {
            case 0:
                return Expression.Add(text, Value(typeof(string), scope, depth), Concat);
            case 1:
                return Expression.Call(text, nameof(string.ToUpperInvariant), null);
            case 2:
                return Expression.Call(text, nameof(string.Trim), null);
            case 3:
                return Expression.Call(
                    text, nameof(string.Replace), null, Known("a", typeof(string)), Known("bb", typeof(string)));
            case 4:
                return Expression.Call(text, nameof(string.ToLower), null);
            case 5:
                return Expression.Condition(
                    Expression.GreaterThan(Expression.Property(text, nameof(string.Length)), Expression.Constant(1)),
                    Expression.Call(text, nameof(string.Substring), null, Expression.Constant(1)),
                    text);
            default:
                return text;
        }
    }

    /// <summary>Mostly with what stands for null; where not, a null propagates.</summary>
    private Expression NotNull(Expression text, Scope scope) =>
        scope.IsGuarded || values.Chance(94) ? Expression.Coalesce(text, Expression.Constant(values.Text())) : text;
}

/// <summary>A variable that a query captured.</summary>
internal sealed class Captured<T>(T value)
{
    public readonly T Value = value;
}

/// <summary>The rows that an expression may read, and the second collection where it may be asked.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Parts">The second collection, or null.</param>
/// <param name="Present">
/// Rows of an outer query: only their members that can't be missing are read. Behind a null on the way, a query inside
/// a query fails as C# does.
/// </param>
internal sealed record Scope(
    ParameterExpression[] Rows, Expression? Parts, ParameterExpression[]? Present = null)
{
    /// <summary>
    /// Whether a null on a path is asked for first: where a row is made, the value is demanded, and whether one is made
    /// that nobody needs is not defined.
    /// </summary>
    public bool IsGuarded { get; init; }

    public IEnumerable<(Expression Row, MemberPath Path)> Paths =>
    [
        .. Rows.SelectMany(row => MemberPaths.Of(row.Type).Select(path => ((Expression)row, path))),
        .. (Present ?? []).SelectMany(row => MemberPaths.Of(row.Type)
            .Where(path => !path.CanMiss && path.Type.IsValueType).Select(path => ((Expression)row, path))),
    ];

    public Scope With(ParameterExpression row) => this with { Rows = [.. Rows, row] };
}

using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Which operators the planner takes, in which order: filters, orders and plain projections; then slices; then one that
/// ends the query. Fed call by call, innermost first.
/// </summary>
internal sealed class PrefixRules
{
    private bool _isSliced;
    private bool _isOpaque;
    private bool _isEnded;

    /// <summary>Why the first refused operator was refused.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The call over another source; calls that change nothing disappear.</summary>
    public static Expression Rebuild(Expression source, MethodCallExpression call) => call.Method.Name
        is nameof(Queryable.AsQueryable) or nameof(Queryable.Cast)
            ? source
            : Expression.Call(call.Method, [source, .. call.Arguments.Skip(1)]);

    /// <summary>Whether the planner takes the call after those it was fed before.</summary>
    public bool Accepts(MethodCallExpression call)
    {
        Refusal ??= Check(call);
        return Refusal is null;
    }

    private string? Check(MethodCallExpression call)
    {
        if (call.Method.DeclaringType != typeof(Queryable))
        {
            return $"{call.Method.Name} is no operator of Queryable";
        }

        return _isEnded ? "the query ended before it" : CheckOperator(call);
    }

    private string? CheckOperator(MethodCallExpression call)
    {
        var name = call.Method.Name;
        switch (name)
        {
            case nameof(Queryable.AsQueryable):
                return null;
            case nameof(Queryable.Cast):
                return CheckCast(call);
            case nameof(Queryable.Where):
                return CheckLambda(call) ?? CheckDocuments(name);
            case nameof(Queryable.OrderBy) or nameof(Queryable.OrderByDescending)
                or nameof(Queryable.ThenBy) or nameof(Queryable.ThenByDescending):
                return CheckLambda(call) ?? CheckDocuments(name) ?? CheckKey(call);
            case nameof(Queryable.Select):
                return CheckLambda(call) ?? CheckSelect(call);
            case nameof(Queryable.Take) or nameof(Queryable.Skip):
                _isSliced = true;
                return call.Arguments[1].Type == typeof(int) ? null : $"{name} of a range";
            default:
                return CheckEnd(call);
        }
    }

    private string? CheckEnd(MethodCallExpression call)
    {
        var name = call.Method.Name;
        switch (name)
        {
            case nameof(Queryable.First) or nameof(Queryable.FirstOrDefault) or nameof(Queryable.Single)
                or nameof(Queryable.SingleOrDefault) or nameof(Queryable.Last) or nameof(Queryable.LastOrDefault)
                or nameof(Queryable.Any) or nameof(Queryable.All)
                or nameof(Queryable.Count) or nameof(Queryable.LongCount):
                _isEnded = true;
                return call.Arguments.Count == 1 ? null : CheckLambda(call) ?? CheckDocuments(name);
            case nameof(Queryable.Sum) or nameof(Queryable.Average) or nameof(Queryable.Min) or nameof(Queryable.Max):
                _isEnded = true;
                return call.Arguments.Count == 1 ? null : CheckLambda(call) ?? CheckSelect(call);
            default:
                return $"{name} runs on rows";
        }
    }

    private static string? CheckCast(MethodCallExpression call) =>
        ChainSplitter.ElementType(call.Arguments[0].Type) == call.Method.GetGenericArguments()[0]
            ? null
            : "Cast to another type";

    private static string? CheckLambda(MethodCallExpression call) => call.Arguments switch
    {
        [_, UnaryExpression { Operand: LambdaExpression { Parameters.Count: 1 } }] => null,
        [_, UnaryExpression { Operand: LambdaExpression }] => $"{call.Method.Name} with an index",
        [_, var argument] => $"{call.Method.Name} with {argument.Type.Name}",
        _ => $"{call.Method.Name} with a comparer or another argument",
    };

    private string? CheckDocuments(string name) => (_isSliced, _isOpaque) switch
    {
        (true, _) => $"{name} after Take or Skip",
        (_, true) => $"{name} on computed rows",
        _ => null,
    };

    private static string? CheckKey(MethodCallExpression call)
    {
        var key = Lambda(call).ReturnType;
        return KeyCodecs.IsSupported(key) ? null : $"no order of keys of type {key.Name} is known here";
    }

    private string? CheckSelect(MethodCallExpression call)
    {
        if (_isOpaque)
        {
            return $"{call.Method.Name} on computed rows";
        }

        _isOpaque = !PlainSelector.IsPlain(Lambda(call).Body);
        return null;
    }

    private static LambdaExpression Lambda(MethodCallExpression call) =>
        (LambdaExpression)((UnaryExpression)call.Arguments[1]).Operand;

    /// <summary>
    /// Finds selectors without calls: repeating them in a later filter or order costs nothing and gives the same
    /// values.
    /// </summary>
    private sealed class PlainSelector : ExpressionVisitor
    {
        private bool _isPlain = true;

        public static bool IsPlain(Expression body)
        {
            var finder = new PlainSelector();
            finder.Visit(body);
            return finder._isPlain;
        }

        public override Expression? Visit(Expression? node)
        {
            _isPlain &= node is null or ParameterExpression or MemberExpression or NewExpression or MemberInitExpression
                or ConstantExpression or SlotExpression or UnaryExpression { Method: null } or ConditionalExpression;
            return _isPlain ? base.Visit(node) : node;
        }
    }
}

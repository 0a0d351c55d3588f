using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Replaces the operators of a tail that hold rows by those that put rows aside beyond a budget. Immutable.
/// </summary>
internal sealed class TailSpilling
{
    private static readonly MethodInfo[] Spilling =
        typeof(SpillOperators).GetMethods(BindingFlags.Public | BindingFlags.Static);

    private readonly RowTypes _types;
    private readonly List<string> _spilling = [];
    private readonly List<string> _onHeap = [];

    /// <summary>Rewrites a tail.</summary>
    public TailSpilling(Expression tail, RowTypes types)
    {
        _types = types;
        Body = Rewrite(tail, []);
    }

    /// <summary>The tail as it runs.</summary>
    public Expression Body { get; }

    /// <summary>How many of its operators share the query's memory.</summary>
    public int Users => _spilling.Count;

    /// <summary>Names of these operators, in their order.</summary>
    public IReadOnlyList<string> SpillingOperators => _spilling;

    /// <summary>The operators that hold rows on the heap, and why, in their order.</summary>
    public IReadOnlyList<string> OperatorsOnHeap => _onHeap;

    private Expression Rewrite(Expression node, IReadOnlyList<MethodCallExpression> following)
    {
        if (node is not MethodCallExpression { Object: null, Arguments: [var source, ..] } call)
        {
            return node;
        }

        source = Rewrite(source, [call, .. following]);
        Expression[] arguments = [source, .. call.Arguments.Skip(1)];
        if (call.Method.DeclaringType != typeof(Enumerable))
        {
            return call.Update(null, arguments);
        }

        if (IsOrderOfNoUse(call, following))
        {
            return call.Update(null, arguments);
        }

        if (Find(call.Method) is not { } method)
        {
            NoteOnHeap(call.Method);
            return call.Update(null, arguments);
        }

        if (Refusal(method, arguments) is { } refusal)
        {
            _onHeap.Add($"{call.Method.Name}: {refusal}");
            return call.Update(null, arguments);
        }

        _spilling.Add(call.Method.Name);
        var site = new SpillSite(call.Method.Name, _types, GroupUse.IsKept(call, following));
        return Expression.Call(method, [new MemoryExpression(), Expression.Constant(site), .. Fill(method, arguments)]);
    }

    /// <summary>Whether LINQ to Objects sorts nothing, and holds no rows, for what is asked of the order.</summary>
    private static bool IsOrderOfNoUse(MethodCallExpression call, IReadOnlyList<MethodCallExpression> following)
    {
        var end = following.SkipWhile(next => next.Method.Name is "ThenBy" or "ThenByDescending").FirstOrDefault();
        return call.Method.Name is "OrderBy" or "OrderByDescending" or "Order" or "OrderDescending"
            && (end?.Method.Name is "First" or "FirstOrDefault" or "Last" or "LastOrDefault"
                || end is { Method.Name: "Count" or "Any", Arguments.Count: 1 });
    }

    private string? Refusal(MethodInfo method, Expression[] arguments)
    {
        var comparer = Array.Find(method.GetParameters(), p => IsComparer(p, typeof(IEqualityComparer<>)));
        if (comparer is not null)
        {
            var hasComparer = comparer.Position - 2 < arguments.Length
                && arguments[comparer.Position - 2] is not ConstantExpression { Value: null };
            var key = comparer.ParameterType.GetGenericArguments()[0];
            if (_types.KeyRefusal(key, hasComparer) is { } refusal)
            {
                return refusal;
            }
        }

        return HeldRow(method, isSet: comparer is not null) is { } row ? _types.Refusal(row) : null;
    }

    /// <summary>The type of the rows that an operator holds; null when it holds keys only.</summary>
    private static Type? HeldRow(MethodInfo method, bool isSet)
    {
        var held = method.Name == nameof(Enumerable.RightJoin) ? "TOuter" : "TInner";
        var names = method.GetGenericMethodDefinition().GetGenericArguments();
        var types = method.GetGenericArguments();
        foreach (var name in (string[])[held, "TElement", "TSource", .. isSet ? (string[])[] : ["T"]])
        {
            if (Array.FindIndex(names, type => type.Name == name) is >= 0 and var index)
            {
                return types[index];
            }
        }

        return null;
    }

    private static MethodInfo? Find(MethodInfo model)
    {
        var types = model.GetGenericArguments();
        foreach (var candidate in Spilling)
        {
            if (candidate.Name == model.Name && candidate.GetGenericArguments().Length == types.Length
                && candidate.MakeGenericMethod(types) is var method && HasParametersOf(method, model))
            {
                return method;
            }
        }

        return null;
    }

    /// <remarks>The comparer at the end may be missing in the model.</remarks>
    private static bool HasParametersOf(MethodInfo method, MethodInfo model)
    {
        var own = method.GetParameters().Skip(2).ToArray();
        var models = model.GetParameters();
        var isComplete = own.Length == models.Length || (own.Length == models.Length + 1
            && (IsComparer(own[^1], typeof(IEqualityComparer<>)) || IsComparer(own[^1], typeof(IComparer<>))));
        return isComplete && models.Zip(own).All(pair => pair.First.ParameterType == pair.Second.ParameterType);
    }

    private static IEnumerable<Expression> Fill(MethodInfo method, Expression[] arguments) =>
        method.GetParameters().Skip(2).Select((parameter, i) =>
            i < arguments.Length ? arguments[i] : Expression.Constant(null, parameter.ParameterType));

    private static bool IsComparer(ParameterInfo parameter, Type definition) =>
        parameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;

    private void NoteOnHeap(MethodInfo method)
    {
        if (method.Name is nameof(Enumerable.TakeLast) or nameof(Enumerable.SkipLast) or nameof(Enumerable.Shuffle)
            or nameof(Enumerable.Chunk))
        {
            _onHeap.Add($"{method.Name}: always");
        }
    }
}

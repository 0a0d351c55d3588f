using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Finds the nodes that can be evaluated apart from any document: no free parameter, no query of ours inside.
/// </summary>
internal sealed class EvaluableFinder : ExpressionVisitor
{
    private readonly HashSet<Expression> _found = new(ReferenceEqualityComparer.Instance);
    private HashSet<ParameterExpression> _free = [];
    private bool _isBlocked;
    private bool _isInSelector;
    private int _lambdaDepth;

    private EvaluableFinder()
    {
    }

    /// <summary>The nodes, by identity.</summary>
    public static HashSet<Expression> Find(Expression query)
    {
        var finder = new EvaluableFinder();
        finder.Visit(query);
        return finder._found;
    }

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node)
    {
        if (node is null)
        {
            return null;
        }

        var (outerFree, outerBlocked) = (_free, _isBlocked);
        (_free, _isBlocked) = ([], IsBlocking(node));
        if (node is LambdaExpression lambda)
        {
            VisitBody(lambda);
        }
        else
        {
            base.Visit(node);
        }

        if (!_isBlocked && _free.Count == 0)
        {
            _found.Add(node);
        }

        outerFree.UnionWith(_free);
        (_free, _isBlocked) = (outerFree, outerBlocked || _isBlocked);
        return node;
    }

    /// <inheritdoc/>
    protected override Expression VisitParameter(ParameterExpression node)
    {
        _free.Add(node);
        return node;
    }

    private void VisitBody(LambdaExpression lambda)
    {
        var wasInSelector = _isInSelector;
        _isInSelector |= _lambdaDepth == 0 && lambda.ReturnType != typeof(bool);
        _lambdaDepth++;
        Visit(lambda.Body);
        _lambdaDepth--;
        _isInSelector = wasInSelector;
        _free.ExceptWith(lambda.Parameters);
    }

    /// <remarks>
    /// What makes the rows is asked for each of them: it may make a new object each time, or count its calls.
    /// </remarks>
    private bool IsBlocking(Expression node) => node switch
    {
        SourceExpression or { NodeType: ExpressionType.Quote } => true,
        MethodCallExpression call => _isInSelector || call.Method.DeclaringType == typeof(Queryable)
            || IsVolatile(call.Method),
        NewExpression or NewArrayExpression or MemberInitExpression or ListInitExpression or InvocationExpression =>
            _isInSelector,
        _ => node.Type == typeof(void),
    };

    /// <remarks>These give another value at each call, so LINQ to Objects asks them once a document.</remarks>
    private static bool IsVolatile(MethodInfo method) =>
        (method.DeclaringType == typeof(Guid) && method.Name is nameof(Guid.NewGuid) or nameof(Guid.CreateVersion7))
        || typeof(Random).IsAssignableFrom(method.DeclaringType);
}

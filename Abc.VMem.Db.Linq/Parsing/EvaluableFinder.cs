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
        base.Visit(node);
        if (node is LambdaExpression lambda)
        {
            _free.ExceptWith(lambda.Parameters);
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

    private static bool IsBlocking(Expression node) => node switch
    {
        SourceExpression or { NodeType: ExpressionType.Quote } => true,
        MethodCallExpression call => call.Method.DeclaringType == typeof(Queryable) || IsVolatile(call.Method),
        _ => node.Type == typeof(void),
    };

    /// <remarks>These give another value at each call, so LINQ to Objects asks them once a document.</remarks>
    private static bool IsVolatile(MethodInfo method) =>
        (method.DeclaringType == typeof(Guid) && method.Name is nameof(Guid.NewGuid) or nameof(Guid.CreateVersion7))
        || typeof(Random).IsAssignableFrom(method.DeclaringType);
}

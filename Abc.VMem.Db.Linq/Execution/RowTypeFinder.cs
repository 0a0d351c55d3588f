using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Collects what a query says about the types of its rows: which it reads, and which it makes.</summary>
internal sealed class RowTypeFinder : ExpressionVisitor
{
    private readonly HashSet<Type> _documents;
    private readonly HashSet<Type> _made = [];
    private readonly HashSet<Type> _returned = [];

    private RowTypeFinder(Type document) => _documents = [document];

    /// <summary>What can be put aside in a query.</summary>
    /// <param name="document">Type of its documents.</param>
    /// <param name="selector">Makes the rows of its planned part.</param>
    /// <param name="tail">What LINQ to Objects runs over these.</param>
    public static RowTypes Find(Type document, Expression selector, Expression tail)
    {
        var finder = new RowTypeFinder(document);
        finder.Visit(selector);
        finder.Visit(tail);
        return new(finder._documents, finder._made, finder._returned, IdentityUse.Find(tail));
    }

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node)
    {
        // Another query, which this one joins: its rows are documents, or made of them.
        if (node is not null && typeof(IQueryable).IsAssignableFrom(node.Type) && node is not ConstantExpression)
        {
            _documents.Add(ChainSplitter.ElementType(node.Type));
        }

        return base.Visit(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitNew(NewExpression node)
    {
        _made.Add(node.Type);
        return base.VisitNew(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType != typeof(Enumerable) && node.Method.DeclaringType != typeof(Queryable))
        {
            _returned.Add(node.Type);
        }

        return base.VisitMethodCall(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitInvocation(InvocationExpression node)
    {
        _returned.Add(node.Type);
        return base.VisitInvocation(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitExtension(Expression node)
    {
        // A captured object.
        _returned.Add(node.Type);
        return base.VisitExtension(node);
    }
}

using System.Linq.Expressions;
using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>A query of ours, which another one may contain: both then see the database as of the same moment.</summary>
internal interface IMomentQuery
{
    /// <summary>
    /// The query at the moment of a reader; at its own where it belongs to another transaction or database.
    /// </summary>
    IQueryable At(CollectionReader reader);

    /// <summary>The query run by LINQ to Objects over all documents, each time it is enumerated.</summary>
    IQueryable AsObjects();
}

/// <summary>Takes the collections in a query to a reader's moment.</summary>
internal sealed class MomentBinder : ExpressionVisitor
{
    private readonly CollectionReader _reader;

    private MomentBinder(CollectionReader reader) => _reader = reader;

    /// <summary>The query with its collections at the reader's moment.</summary>
    public static Expression Bind(Expression query, CollectionReader reader) => new MomentBinder(reader).Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitConstant(ConstantExpression node) =>
        node.Value is IMomentQuery query ? Expression.Constant(query.At(_reader), node.Type) : node;
}

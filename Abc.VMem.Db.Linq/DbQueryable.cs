using System.Collections;
using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq;

/// <summary>
/// A query over a collection: the collection itself, or operators on it. Immutable; runs when enumerated.
/// </summary>
internal sealed class DbQueryable<T> : IOrderedQueryable<T>, IMomentQuery
{
    private readonly DbQueryProvider _provider;

    /// <summary>The documents of the provider's collection.</summary>
    public DbQueryable(DbQueryProvider provider) =>
        (_provider, Expression) = (provider, Expression.Constant(this, typeof(IQueryable<T>)));

    /// <summary>Operators on another query of the provider.</summary>
    public DbQueryable(DbQueryProvider provider, Expression expression) =>
        (_provider, Expression) = (provider, expression);

    /// <inheritdoc/>
    public Type ElementType => typeof(T);

    /// <inheritdoc/>
    public Expression Expression { get; }

    /// <inheritdoc/>
    public IQueryProvider Provider => _provider;

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _provider.Enumerate<T>(Expression).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => IsRoot ? _provider.Name : Expression.ToString();

    /// <inheritdoc/>
    public IQueryable At(CollectionReader reader)
    {
        var provider = _provider.At(reader);
        return IsRoot
            ? new DbQueryable<T>(provider)
            : new DbQueryable<T>(provider, MomentBinder.Bind(Expression, reader));
    }

    /// <inheritdoc/>
    public IQueryable AsObjects() => _provider.Objects<T>(Expression).AsQueryable();

    private bool IsRoot => Expression is ConstantExpression;
}

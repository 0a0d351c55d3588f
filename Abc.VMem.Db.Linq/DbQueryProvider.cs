using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq;

/// <summary>Runs the queries of one collection. Thread-safe.</summary>
internal abstract class DbQueryProvider : IQueryProvider
{
    private static readonly MethodInfo CreateMethod = typeof(DbQueryProvider).GetMethods()
        .Single(method => method.Name == nameof(CreateQuery) && method.IsGenericMethodDefinition);

    /// <inheritdoc/>
    public IQueryable<TElement> CreateQuery<TElement>(Expression expression) =>
        new DbQueryable<TElement>(this, expression);

    /// <inheritdoc/>
    public IQueryable CreateQuery(Expression expression)
    {
        var element = Parsing.ChainSplitter.ElementType(expression.Type);
        return (IQueryable)CreateMethod.MakeGenericMethod(element).Invoke(this, [expression])!;
    }

    /// <inheritdoc/>
    public object? Execute(Expression expression) => Execute<object?>(expression);

    /// <inheritdoc/>
    public abstract TResult Execute<TResult>(Expression expression);

    /// <summary>Runs a query that ends with rows, as they are asked for; the read ends with the enumeration.</summary>
    public abstract IEnumerable<TResult> Enumerate<TResult>(Expression expression);

    /// <summary>Name of the collection.</summary>
    public abstract string Name { get; }

    /// <summary>The same queries at the moment of another query's reader, of which they are part.</summary>
    public abstract DbQueryProvider At(CollectionReader reader);

    /// <summary>Shows how a query runs, after running it when that is wanted.</summary>
    /// <param name="expression">The query.</param>
    /// <param name="endsWithValue">Whether it ends with one value of the type, not with rows of it.</param>
    /// <param name="analyze">Whether it is run.</param>
    public abstract QueryPlan Explain<TResult>(Expression expression, bool endsWithValue, bool analyze);

    /// <summary>Runs a query that ends with rows by LINQ to Objects, without its plan.</summary>
    public abstract IEnumerable<TResult> Objects<TResult>(Expression expression);

    /// <summary>The encoded primary keys of the documents for which a predicate holds.</summary>
    public abstract IEnumerable<byte[]> Keys(Expression filter);
}

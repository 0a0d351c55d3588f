using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Execution;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq;

/// <summary>
/// The way of a query: read its shape, open a reader, find or make the plan for the collection's definition there, run
/// it with the shape's constants. Thread-safe.
/// </summary>
/// <param name="collection">The collection.</param>
/// <param name="moment">The reader of the query that this one is part of, whose moment it shares; else null.</param>
internal sealed partial class CollectionQueryProvider<T>(
    DocumentCollection<T> collection, CollectionReader? moment = null)
    : DbQueryProvider
{
    private const int CachedPlans = 512;

    /// <summary>Plans live as long as the definition that they were made for.</summary>
    private static readonly ConditionalWeakTable<CollectionDefinition, PlanCache<CompiledQuery>> Caches = [];

    private CacheOfDefinition? _lastCache;

    /// <inheritdoc/>
    public override TResult Execute<TResult>(Expression expression)
    {
        if (typeof(TResult) != expression.Type && typeof(IQueryable).IsAssignableFrom(expression.Type))
        {
            // Rows, asked for here and not by enumerating them. (A row that is a query has the query's own type.)
            return (TResult)CreateQuery(expression);
        }

        using var reader = collection.OpenReader(moment);
        var (plan, values) = Prepare(expression, reader);
        using var arguments = values;
        return Verifies
            ? Verifier(expression, plan, reader, arguments).Value<TResult>()
            : plan.Value<TResult>(reader, arguments, null);
    }

    /// <inheritdoc/>
    public override IEnumerable<TResult> Enumerate<TResult>(Expression expression)
    {
        using var reader = collection.OpenReader(moment);
        var (plan, values) = Prepare(expression, reader);
        using var arguments = values;
        var rows = Verifies
            ? VerifiedRows<TResult>(expression, plan, reader, arguments)
            : plan.Rows<TResult>(reader, arguments, null);
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public override string Name => collection.Name;

    /// <inheritdoc/>
    public override DbQueryProvider At(CollectionReader reader) => new CollectionQueryProvider<T>(collection, reader);

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Keys(Expression filter)
    {
        using var reader = collection.OpenReader(moment);
        var (plan, values) = Prepare(filter, reader);
        using var arguments = values;
        var keys = plan.Keys(reader, arguments);
        foreach (var key in Verifies ? VerifiedKeys(filter, plan, reader, arguments, keys) : keys)
        {
            yield return key;
        }
    }

    /// <inheritdoc/>
    public override QueryPlan Explain<TResult>(Expression expression, bool endsWithValue, bool analyze)
    {
        using var reader = collection.OpenReader(moment);
        var (plan, values) = Prepare(expression, reader, out var wasCached);
        using var arguments = values;
        var report = new RunReport();
        long? rows = !analyze ? null
            : endsWithValue ? CountValue(plan.Value<TResult>(reader, arguments, report))
            : plan.Rows<TResult>(reader, arguments, report).LongCount();
        var text = new PlanText();
        text.Add("from", collection.Name);
        plan.Explain(text, arguments, report);
        return QueryPlan.Create(text, collection.Name, report, reader, wasCached, rows);
    }

    /// <summary>One value, whatever it is.</summary>
    private static long CountValue<TResult>(TResult value)
    {
        _ = value;
        return 1;
    }

    private (CompiledQuery Plan, QueryArguments Arguments) Prepare(Expression expression, CollectionReader reader) =>
        Prepare(expression, reader, out _);

    private (CompiledQuery Plan, QueryArguments Arguments) Prepare(
        Expression expression, CollectionReader reader, out bool wasCached)
    {
        var cache = CacheOf(reader.Definition);
        var shape = ShapeReader.Read(expression);
        try
        {
            var constants = shape.CopyConstants();
            var plan = shape.IsCacheable ? cache.Find(shape) : null;
            wasCached = plan is not null;
            if (plan is null)
            {
                plan = QueryCompiler.Compile(expression, constants, reader.Definition, collection.Serializer);
                plan = shape.IsCacheable ? cache.Add(shape, plan) : plan;
            }

            return (plan, new QueryArguments(plan.Slots, constants, reader, plan.MemoryUsers));
        }
        finally
        {
            shape.Release();
        }
    }

    private PlanCache<CompiledQuery> CacheOf(CollectionDefinition definition)
    {
        if (_lastCache is { } last && ReferenceEquals(last.Definition, definition))
        {
            return last.Cache;
        }

        var cache = Caches.GetValue(definition, static _ => new PlanCache<CompiledQuery>(CachedPlans));
        _lastCache = new CacheOfDefinition(definition, cache);
        return cache;
    }

    private sealed record CacheOfDefinition(CollectionDefinition Definition, PlanCache<CompiledQuery> Cache);
}

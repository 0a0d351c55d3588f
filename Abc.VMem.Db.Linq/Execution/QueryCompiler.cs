using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Makes the plan of a query: the whole way, once per shape and definition.</summary>
internal static class QueryCompiler
{
    private static readonly MethodInfo CreateMethod =
        typeof(QueryCompiler).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Plans a query over documents of type T.</summary>
    public static CompiledQuery Compile<T>(
        Expression query, object?[] constants, CollectionDefinition definition, DocumentSerializer<T> serializer)
    {
        var parsed = QueryFrontEnd.Parse(query, constants);
        var model = RelinqParser.Parse(parsed.Prefix);
        var parts = ExtremePlan.Rewrite(QueryParts.Of(LogicalPlanBuilder.Build(model)), definition);
        var documents = new DocumentPlan<T>(parts, definition, serializer);
        return (CompiledQuery)CreateMethod.MakeGenericMethod(typeof(T), parts.Selector.Type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [parsed, parts, documents, definition.Schema], null)!;
    }

    private static CompiledQuery<T, TRow> Create<T, TRow>(
        ParsedQuery parsed, QueryParts parts, DocumentPlan<T> documents, DocumentSchema schema)
    {
        var operators = parsed.Tail is null ? null : NullableOrder.Rewrite(parsed.Tail);
        var tail = operators is null ? null : new QueryTail<TRow>(
            parsed.Rows, operators, RowTypeFinder.Find(typeof(T), parts.Selector, operators));
        var factory = RowFactory<T, TRow>.For(parts, schema);
        return new CompiledQuery<T, TRow>(parts, documents, factory, tail, parsed.TailReason)
        {
            Slots = parsed.Slots,
            Oracle = new QueryOracle(parsed.Whole),
            MemoryUsers = documents.MemoryUsers + (tail?.Spilling?.Users ?? 0),
        };
    }
}

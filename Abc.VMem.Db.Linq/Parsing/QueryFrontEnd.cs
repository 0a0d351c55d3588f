using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// From the application's expression to what is planned: the steps in their order. Runs on a cache miss only.
/// </summary>
internal static class QueryFrontEnd
{
    /// <summary>Detaches, normalises, takes the parameters out and splits.</summary>
    public static ParsedQuery Parse(Expression query, ReadOnlySpan<object?> constants)
    {
        var expression = QueryDetacher.Detach(query, constants);
        expression = SpanRewriter.Rewrite(expression);
        expression = InvocationInliner.Rewrite(expression);
        expression = CastRewriter.Rewrite(expression);
        expression = OrdinalRewriter.Rewrite(expression);
        expression = EqualityRewriter.Rewrite(expression);
        expression = SourceMarker.Mark(expression);
        expression = SlotExtractor.Extract(expression, out var slots);
        return ChainSplitter.Split(expression, slots);
    }
}

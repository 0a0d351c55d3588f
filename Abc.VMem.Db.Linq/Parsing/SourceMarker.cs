using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>Puts a <see cref="SourceExpression"/> at the root of a query's chain of operators.</summary>
internal static class SourceMarker
{
    /// <summary>Replaces the root, which must be the constant that stands for our collection.</summary>
    /// <exception cref="NotSupportedException">The query does not begin at a collection.</exception>
    public static Expression Mark(Expression query)
    {
        var root = RootOf(query);
        return root is ConstantSlotExpression
            ? ParameterReplacer.Replace(query, root, new SourceExpression(root.Type))
            : throw new NotSupportedException($"The query does not begin at a collection but at {root}.");
    }

    /// <summary>The innermost source of a chain of calls whose first argument is their source.</summary>
    public static Expression RootOf(Expression query)
    {
        while (query is MethodCallExpression { Object: null, Arguments: [var source, ..] })
        {
            query = source;
        }

        return query;
    }
}

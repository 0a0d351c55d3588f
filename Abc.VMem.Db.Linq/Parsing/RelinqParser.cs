using System.Linq.Expressions;
using System.Reflection;
using Remotion.Linq;
using Remotion.Linq.Parsing.Structure;
using Remotion.Linq.Parsing.Structure.ExpressionTreeProcessors;
using Remotion.Linq.Parsing.Structure.IntermediateModel;
using Remotion.Linq.Parsing.Structure.NodeTypeProviders;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Parses the planned operators into re-linq's model. Without its partial evaluator, which compiles each captured value
/// and freezes DateTime.Now; and for operators of <see cref="Queryable"/> only, so that nested lambdas stay plain
/// trees.
/// </summary>
internal static class RelinqParser
{
    private static readonly QueryParser Parser = new(
        new ExpressionTreeParser(new QueryableNodes(), new NullExpressionTreeProcessor()));

    /// <summary>Parses a chain of operators that <see cref="PrefixRules"/> accepted.</summary>
    public static QueryModel Parse(Expression prefix) => Parser.GetParsedQuery(NestedCall.Hide(prefix));

    private sealed class QueryableNodes : INodeTypeProvider
    {
        private readonly MethodInfoBasedNodeTypeRegistry _registry = CreateRegistry();

        public bool IsRegistered(MethodInfo method) =>
            method.DeclaringType == typeof(Queryable) && _registry.IsRegistered(method);

        public Type GetNodeType(MethodInfo method) => IsRegistered(method) ? _registry.GetNodeType(method) : null!;

        private static MethodInfoBasedNodeTypeRegistry CreateRegistry()
        {
            var registry = new MethodInfoBasedNodeTypeRegistry();
            registry.Register(WhereExpressionNode.GetSupportedMethods(), typeof(WhereExpressionNode));
            registry.Register(SelectExpressionNode.GetSupportedMethods(), typeof(SelectExpressionNode));
            registry.Register(OrderByExpressionNode.GetSupportedMethods(), typeof(OrderByExpressionNode));
            registry.Register(
                OrderByDescendingExpressionNode.GetSupportedMethods(), typeof(OrderByDescendingExpressionNode));
            registry.Register(ThenByExpressionNode.GetSupportedMethods(), typeof(ThenByExpressionNode));
            registry.Register(
                ThenByDescendingExpressionNode.GetSupportedMethods(), typeof(ThenByDescendingExpressionNode));
            registry.Register(TakeExpressionNode.GetSupportedMethods(), typeof(TakeExpressionNode));
            registry.Register(SkipExpressionNode.GetSupportedMethods(), typeof(SkipExpressionNode));
            RegisterEnds(registry);
            return registry;
        }

        private static void RegisterEnds(MethodInfoBasedNodeTypeRegistry registry)
        {
            registry.Register(FirstExpressionNode.GetSupportedMethods(), typeof(FirstExpressionNode));
            registry.Register(SingleExpressionNode.GetSupportedMethods(), typeof(SingleExpressionNode));
            registry.Register(LastExpressionNode.GetSupportedMethods(), typeof(LastExpressionNode));
            registry.Register(AnyExpressionNode.GetSupportedMethods(), typeof(AnyExpressionNode));
            registry.Register(AllExpressionNode.GetSupportedMethods(), typeof(AllExpressionNode));
            registry.Register(CountExpressionNode.GetSupportedMethods(), typeof(CountExpressionNode));
            registry.Register(LongCountExpressionNode.GetSupportedMethods(), typeof(LongCountExpressionNode));
            registry.Register(SumExpressionNode.GetSupportedMethods(), typeof(SumExpressionNode));
            registry.Register(MinExpressionNode.GetSupportedMethods(), typeof(MinExpressionNode));
            registry.Register(MaxExpressionNode.GetSupportedMethods(), typeof(MaxExpressionNode));
            registry.Register(AverageExpressionNode.GetSupportedMethods(), typeof(AverageExpressionNode));
        }
    }
}

using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>Says what in a predicate is not understood, for Explain.</summary>
internal static class OpaqueReason
{
    /// <summary>The reason.</summary>
    public static string Of(Expression predicate) => predicate switch
    {
        MethodCallExpression call => $"{call.Method.DeclaringType?.Name}.{call.Method.Name} runs on decoded documents",
        BinaryExpression binary => OfSides(binary),
        InvocationExpression => "a delegate is called",
        _ => $"{predicate.NodeType} runs on decoded documents",
    };

    private static string OfSides(BinaryExpression binary)
    {
        foreach (var side in new[] { binary.Left, binary.Right })
        {
            switch (side)
            {
                case MethodCallExpression call:
                    return $"{call.Method.DeclaringType?.Name}.{call.Method.Name} runs on decoded documents";
                case MemberExpression { Expression.Type: { } type } member when !IsRoot(member.Expression):
                    return $"{type.Name}.{member.Member.Name} runs on decoded documents";
                case BinaryExpression { NodeType: var kind }:
                    return $"{kind} runs on decoded documents";
                default:
                    break;
            }
        }

        return "both sides depend on the document";
    }

    private static bool IsRoot(Expression? instance) => instance is ParameterExpression;
}

using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>Puts the body of an invoked lambda in the place of its call, as predicate builders need it.</summary>
internal sealed class InvocationInliner : ExpressionVisitor
{
    /// <summary>Inlines every invocation of a lambda that is written out.</summary>
    public static Expression Rewrite(Expression query) => new InvocationInliner().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitInvocation(InvocationExpression node)
    {
        var target = node.Expression is UnaryExpression { NodeType: ExpressionType.Quote } quote
            ? quote.Operand
            : node.Expression;
        return target is LambdaExpression lambda
            ? Visit(ParameterReplacer.Replace(lambda, node.Arguments))
            : base.VisitInvocation(node);
    }
}

/// <summary>Replaces nodes by others.</summary>
internal sealed class ParameterReplacer : ExpressionVisitor
{
    private readonly Dictionary<Expression, Expression> _replacements;

    private ParameterReplacer(Dictionary<Expression, Expression> replacements) => _replacements = replacements;

    /// <summary>The lambda's body with its parameters replaced.</summary>
    public static Expression Replace(LambdaExpression lambda, params IReadOnlyList<Expression> arguments)
    {
        var replacements = new Dictionary<Expression, Expression>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < lambda.Parameters.Count; i++)
        {
            replacements.Add(lambda.Parameters[i], arguments[i]);
        }

        return new ParameterReplacer(replacements).Visit(lambda.Body)!;
    }

    /// <summary>The expression with one node replaced.</summary>
    public static Expression Replace(Expression body, Expression node, Expression replacement) =>
        new ParameterReplacer(new(ReferenceEqualityComparer.Instance) { [node] = replacement }).Visit(body)!;

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node) =>
        node is not null && _replacements.TryGetValue(node, out var replacement) ? replacement : base.Visit(node);
}

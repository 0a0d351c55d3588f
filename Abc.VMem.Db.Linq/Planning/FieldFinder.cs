using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Recognises stored members of a document, or of a list's elements, behind conversions that keep their order.
/// </summary>
/// <param name="root">Stands for the document or element.</param>
/// <param name="list">The list, when it is an element.</param>
internal sealed class FieldFinder(ParameterExpression root, Field? list)
{
    /// <summary>Stands for the document or element.</summary>
    public ParameterExpression Root { get; } = root;

    /// <summary>The member that an expression reads, whatever it is widened to.</summary>
    public bool TryFind(Expression expression, [NotNullWhen(true)] out Field? field)
    {
        while (expression is UnaryExpression convert
            && convert.NodeType is ExpressionType.Convert or ExpressionType.ConvertChecked
            && Widening.KeepsOrder(convert.Operand.Type, convert.Type))
        {
            expression = convert.Operand;
        }

        field = TryStrip(expression, out var member) ? new Field(Root, member, list) : null;
        return field is not null;
    }

    /// <summary>The list that an expression reads, and the type of its elements.</summary>
    public bool TryFindList(Expression expression, [NotNullWhen(true)] out Field? field, out Type element)
    {
        element = Parsing.ChainSplitter.ElementType(expression.Type);
        if (expression is UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert
            && convert.Type.IsAssignableFrom(convert.Operand.Type))
        {
            expression = convert.Operand;
        }

        field = null;
        return element != expression.Type && expression.Type != typeof(string) && expression.Type != typeof(byte[])
            && !typeof(IDictionary).IsAssignableFrom(expression.Type)
            && expression is MemberExpression && TryFind(expression, out field);
    }

    /// <remarks>Nullable.Value is the member itself: a null does not pass a comparison.</remarks>
    private bool TryStrip(Expression expression, out Expression member)
    {
        member = expression;
        if (expression == Root)
        {
            return list is not null;
        }

        if (expression is not MemberExpression { Expression: { } instance } access)
        {
            return false;
        }

        if (access.Member.Name == "Value" && Nullable.GetUnderlyingType(instance.Type) is not null)
        {
            return TryStrip(instance, out member);
        }

        return IsDocument(instance.Type) && (instance == Root || TryStrip(instance, out _));
    }

    private static bool IsDocument(Type type) =>
        !typeof(IEnumerable).IsAssignableFrom(type)
        && Nullable.GetUnderlyingType(type) is null
        && (type.IsClass || (type.IsValueType && !type.IsPrimitive && !type.IsEnum))
        && (!KeyCodecs.IsSupported(type) || type.Name.StartsWith("<>", StringComparison.Ordinal));
}

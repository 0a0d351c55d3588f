using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>Writes a query as C#, with the values of captured variables in their places.</summary>
internal static class QueryText
{
    private static readonly Dictionary<ExpressionType, string> s_signs = new()
    {
        [ExpressionType.AndAlso] = "&&",
        [ExpressionType.OrElse] = "||",
        [ExpressionType.Equal] = "==",
        [ExpressionType.NotEqual] = "!=",
        [ExpressionType.LessThan] = "<",
        [ExpressionType.LessThanOrEqual] = "<=",
        [ExpressionType.GreaterThan] = ">",
        [ExpressionType.GreaterThanOrEqual] = ">=",
        [ExpressionType.Add] = "+",
        [ExpressionType.Subtract] = "-",
        [ExpressionType.Multiply] = "*",
        [ExpressionType.Divide] = "/",
        [ExpressionType.Modulo] = "%",
        [ExpressionType.Coalesce] = "??",
    };

    /// <summary>The text.</summary>
    public static string Of(Expression node) => node switch
    {
        ConstantExpression constant => Value(constant.Value, constant.Type),
        MemberExpression { Expression: ConstantExpression { Value: { } holder } } captured =>
            Value(holder.GetType().GetField(captured.Member.Name)!.GetValue(holder), captured.Type),
        MemberExpression member => $"{Of(member.Expression!)}.{member.Member.Name}",
        ParameterExpression parameter => parameter.Name ?? "p",
        LambdaExpression { Parameters: [var only] } lambda => $"{only.Name} => {Of(lambda.Body)}",
        LambdaExpression lambda => $"({string.Join(", ", lambda.Parameters.Select(p => p.Name))}) => {Of(lambda.Body)}",
        UnaryExpression { NodeType: ExpressionType.Quote } quote => Of(quote.Operand),
        UnaryExpression { NodeType: ExpressionType.Not } not => $"!({Of(not.Operand)})",
        UnaryExpression convert => $"({TypeName(convert.Type)}){Of(convert.Operand)}",
        BinaryExpression binary => $"({Of(binary.Left)} {s_signs[binary.NodeType]} {Of(binary.Right)})",
        ConditionalExpression choice => $"({Of(choice.Test)} ? {Of(choice.IfTrue)} : {Of(choice.IfFalse)})",
        NewExpression created => $"new {{ {string.Join(", ", created.Arguments.Select(
            (argument, i) => $"{created.Members![i].Name} = {Of(argument)}"))} }}",
        IndexExpression index => $"{Of(index.Object!)}[{string.Join(", ", index.Arguments.Select(Of))}]",
        MethodCallExpression call => Call(call),
        _ => node.ToString(),
    };

    private static string Call(MethodCallExpression call)
    {
        var isExtension = call.Method.IsDefined(typeof(ExtensionAttribute), false);
        var owner = call.Object is { } instance ? Of(instance)
            : isExtension ? Of(call.Arguments[0])
            : TypeName(call.Method.DeclaringType!);
        var arguments = call.Arguments.Skip(isExtension ? 1 : 0).Select(Of);
        return $"{owner}.{call.Method.Name}({string.Join(", ", arguments)})";
    }

    private static string Value(object? value, Type type) => value is System.Collections.IEnumerable and not string
        ? $"new {TypeName(type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0])}[] {{ "
            + $"{DocumentText.Of(value).Trim('[', ']')} }}"
        : value is null && type != typeof(string) ? $"({TypeName(type)})null"
        : DocumentText.Of(value);

    private static string TypeName(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? $"{TypeName(inner)}?" : type.Name;
}

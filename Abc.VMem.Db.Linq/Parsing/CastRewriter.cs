using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Reads a member of an interface or base class, as code that is generic over its documents does, from the document's
/// own class: ((IEntity)x).Id is x.Id.
/// </summary>
internal sealed class CastRewriter : ExpressionVisitor
{
    /// <summary>Rewrites every such member.</summary>
    public static Expression Rewrite(Expression query) => new CastRewriter().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        var visited = base.VisitMember(node);
        return visited is MemberExpression { Member: PropertyInfo property, Expression: UnaryExpression cast }
            && cast is { NodeType: ExpressionType.Convert or ExpressionType.TypeAs, Method: null }
            && !cast.Operand.Type.IsInterface
            && cast.Type.IsAssignableFrom(cast.Operand.Type)
            && Find(cast.Operand.Type, property) is { } own
            ? Expression.MakeMemberAccess(cast.Operand, own)
            : visited;
    }

    /// <summary>The class's own property that is called; null when the call goes somewhere else.</summary>
    private static PropertyInfo? Find(Type type, PropertyInfo property)
    {
        const BindingFlags visible = BindingFlags.Public | BindingFlags.Instance;
        var own = type.GetProperty(property.Name, visible, null, property.PropertyType, [], null);
        if (own is null || type.IsValueType || !property.DeclaringType!.IsInterface)
        {
            return type.IsValueType ? null : own;
        }

        var map = type.GetInterfaceMap(property.DeclaringType);
        var called = map.TargetMethods[Array.IndexOf(map.InterfaceMethods, property.GetMethod)];
        return called == own.GetMethod || called.GetBaseDefinition() == own.GetMethod?.GetBaseDefinition() ? own : null;
    }
}

using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>A stored member that a condition is about: of the document, or of the elements of a list in it.</summary>
internal sealed class Field
{
    /// <summary>A field of a document or, when <paramref name="list"/> is given, of that list's elements.</summary>
    public Field(ParameterExpression root, Expression expression, Field? list = null)
    {
        Root = root;
        Expression = expression;
        List = list;
        Type = expression.Type;
    }

    /// <summary>Stands for what the members are read from.</summary>
    public ParameterExpression Root { get; }

    /// <summary>The members, from the root; the root itself when a list's elements are the values.</summary>
    public Expression Expression { get; }

    /// <summary>The list whose elements have the member; null for a member of the document.</summary>
    public Field? List { get; }

    /// <summary>Declared type of the values.</summary>
    public Type Type { get; }

    /// <summary>Whether the value is an element itself.</summary>
    public bool IsElement => Expression == Root;

    /// <summary>Path from the document, as indexes name it; null when the members form no path.</summary>
    public FieldPath? Path => field ??= BuildPath();

    /// <summary>Path from the root; meaningless for <see cref="IsElement"/>.</summary>
    public FieldPath? LocalPath => field ??= PathOf(Root, Expression);

    /// <inheritdoc/>
    public override string ToString() =>
        IsElement ? "element" : (List is null ? Path : LocalPath)?.ToString() ?? Expression.ToString();

    private FieldPath? BuildPath()
    {
        if (List is null)
        {
            return LocalPath;
        }

        if (IsElement)
        {
            return List.Path;
        }

        var select = Expression.Call(
            typeof(Enumerable),
            nameof(Enumerable.Select),
            [Root.Type, Type],
            List.Expression,
            Expression.Lambda(Expression, Root));
        return PathOf(List.Root, select);
    }

    private static FieldPath? PathOf(ParameterExpression root, Expression body)
    {
        try
        {
            return FieldPath.FromExpression(Expression.Lambda(body, root));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

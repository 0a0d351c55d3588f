using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// A stored member read from a document's bytes, instead of from the decoded document. Of its nullable type where it
/// lies inside another document, which may be missing.
/// </summary>
internal sealed class FieldValueExpression : Expression
{
    private static readonly MethodInfo ReadMethod =
        typeof(FieldValueExpression).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly FieldReader _reader;

    /// <summary>A member of the given type, behind the reader's path.</summary>
    public FieldValueExpression(FieldReader reader, Type type) => (_reader, Type) = (reader, type);

    /// <inheritdoc/>
    public override Type Type { get; }

    /// <inheritdoc/>
    public override ExpressionType NodeType => ExpressionType.Extension;

    /// <summary>The member, of its nullable type when it may be missing.</summary>
    public FieldValueExpression AsFound() =>
        _reader.Path.Steps.Count > 1 && Type.IsValueType && Nullable.GetUnderlyingType(Type) is null
            ? new(_reader, typeof(Nullable<>).MakeGenericType(Type))
            : this;

    /// <summary>The call that reads it from the bytes that an expression gives.</summary>
    public Expression Compile(Expression bytes) =>
        Call(ReadMethod.MakeGenericMethod(Type), Constant(_reader), bytes);

    /// <inheritdoc/>
    public override string ToString() => _reader.Path.ToString();

    /// <inheritdoc/>
    protected override Expression VisitChildren(ExpressionVisitor visitor) => this;

    private static T? Read<T>(FieldReader reader, ReadOnlyMemory<byte> bytes) =>
        reader.Decode<T>(reader.Read(bytes.Span));
}

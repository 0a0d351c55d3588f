namespace Abc.VMem.Db.Serialization;

/// <summary>One step of a path into a document: a member by name, then perhaps every element of the list it holds.</summary>
/// <param name="Name">Name of the member.</param>
/// <param name="IsEach">Whether the path goes on in each element ("Tags[]").</param>
internal readonly record struct PathStep(string Name, bool IsEach);

/// <summary>A path such as "City", "Address.City", "Tags[]" or "Orders[].ProductId". Immutable.</summary>
internal sealed class FieldPath : IEquatable<FieldPath>
{
    /// <summary>The steps, outermost first.</summary>
    public IReadOnlyList<PathStep> Steps => throw new NotImplementedException();

    /// <summary>Whether a step goes into each element of a list.</summary>
    public bool IsMultikey => throw new NotImplementedException();

    /// <summary>Reads a path.</summary>
    /// <exception cref="ArgumentException">The text is no path.</exception>
    public static FieldPath Parse(string text) => throw new NotImplementedException();

    /// <summary>The path of a lambda's body: x.A.B, x.Tags, x.Orders.Select(o => o.ProductId). A list at the end becomes "[]".</summary>
    public static FieldPath FromExpression(System.Linq.Expressions.LambdaExpression lambda) => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();

    /// <summary>The text form.</summary>
    public override string ToString() => throw new NotImplementedException();
}

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// One step of a query's shape: a node kind with its flags, and the type, method or member that goes with it.
/// </summary>
/// <param name="Code">Node kind and flags, or a number.</param>
/// <param name="Reference">Type, member or constant that belongs to the shape; compared by equality.</param>
internal readonly record struct ShapeToken(int Code, object? Reference)
{
    /// <summary>Whether two tokens are the same, quickly where the references are.</summary>
    public bool Matches(in ShapeToken other) =>
        Code == other.Code && (ReferenceEquals(Reference, other.Reference) || Equals(Reference, other.Reference));
}

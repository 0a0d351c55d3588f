namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Finds a field in a document's bytes: a path bound to a schema. A pure function over the span; a null or an absent
/// object on the way makes the field null (absent: the default stored with its ordinal). Immutable, thread-safe.
/// </summary>
internal sealed class FieldReader
{
    /// <summary>Binds a path that has no "[]" (or the part before its first one); null when the schema has no such field.</summary>
    public static FieldReader? Bind(DocumentSchema schema, Type documentType, FieldPath path) => throw new NotImplementedException();

    /// <summary>Declared type of the member at the end of the path.</summary>
    public Type ValueType => throw new NotImplementedException();

    /// <summary>The field's MessagePack token (for a list: the whole array); a nil token when it is null.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> document) => throw new NotImplementedException();
}

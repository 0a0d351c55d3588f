namespace Abc.VMem.Db.Serialization;

/// <summary>
/// The field tables of one collection: for each object type on each path an append-only table (name, storage kind) →
/// ordinal. Immutable and thread-safe; extending it makes a new one.
/// </summary>
internal sealed class DocumentSchema
{
    /// <summary>The schema of a collection that has never stored a document.</summary>
    public static DocumentSchema Empty => throw new NotImplementedException();

    /// <summary>Encodes the schema for the catalog (MessagePack).</summary>
    public byte[] ToBytes() => throw new NotImplementedException();

    /// <summary>Decodes a stored schema; every length is bounded.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no schema.</exception>
    public static DocumentSchema FromBytes(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
}

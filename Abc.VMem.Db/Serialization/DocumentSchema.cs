using System.Collections.Concurrent;

namespace Abc.VMem.Db.Serialization;

/// <summary>One ordinal of a field table. Immutable.</summary>
/// <param name="Name">Stored name of the member.</param>
/// <param name="Shape">How its values are stored.</param>
/// <param name="Default">Token that a document without a value for the ordinal is read as.</param>
internal sealed record FieldEntry(string Name, StorageShape Shape, ReadOnlyMemory<byte> Default);

/// <summary>The members of one object type on one path, by ordinal. Belongs to one schema; immutable.</summary>
internal sealed class FieldTable(FieldEntry[] fields)
{
    /// <summary>Entry of each ordinal.</summary>
    public IReadOnlyList<FieldEntry> Fields => fields;

    /// <summary>
    /// For each ordinal the bytes that reading its default can come to, defaults of absent members inside it included.
    /// </summary>
    internal long[] DefaultCosts { get; } = new long[fields.Length];

    /// <summary>The newest ordinal with a name; -1 when there is none.</summary>
    public int Find(string name)
    {
        for (var i = Fields.Count - 1; i >= 0; i--)
        {
            if (Fields[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>
/// The field tables of one collection: for each object type on each path an append-only table (name, storage kind) →
/// ordinal. Immutable and thread-safe; extending it makes a new one.
/// </summary>
/// <remarks>
/// Table 0 is that of the documents themselves. A name occurs more than once in a table when the type of the member
/// changed: the newest ordinal that the application's type matches is written, the others are read when it is absent.
/// </remarks>
internal sealed partial class DocumentSchema
{
    /// <summary>Most tables in a schema, and most ordinals in a table.</summary>
    public const int MaxTables = 4096;

    /// <summary>Longest name, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 4096;

    // What the types of the application make of this schema, by root type. Bounded by the number of document types.
    private readonly ConcurrentDictionary<Type, object> _bindings = new();

    /// <summary>Creates a schema of tables that are consistent with one another.</summary>
    internal DocumentSchema(IReadOnlyList<FieldTable> tables)
    {
        Tables = tables;
        DefaultCosts.Compute(this);
    }

    /// <summary>The schema of a collection that has never stored a document.</summary>
    public static DocumentSchema Empty { get; } = new([]);

    /// <summary>The tables; the first is that of the documents.</summary>
    public IReadOnlyList<FieldTable> Tables { get; }

    /// <summary>What a type of the application makes of this schema, created on first use.</summary>
    internal T Bind<T>(Type key, Func<DocumentSchema, T> create)
        where T : class =>
        (T)_bindings.GetOrAdd(key, static (_, state) => state.create(state.schema), (create, schema: this));
}

using System.Buffers;

namespace Abc.VMem.Db.Serialization;

/// <summary>Turns objects of one type into documents and back. Cached per type, thread-safe.</summary>
internal sealed class DocumentSerializer<T>
{
    private static DocumentSerializer<T>? s_instance;

    private readonly ValueCodec<T> _codec;
    private RootBinding? _last;

    private DocumentSerializer()
    {
        _codec = CodecRegistry.Get<T>();
        PlanCheck.Check(_codec);
    }

    /// <summary>The serializer of the type.</summary>
    /// <exception cref="DocumentException">A member of the type can't be stored; the message names it.</exception>
    public static DocumentSerializer<T> Instance => s_instance ??= new DocumentSerializer<T>();

    /// <summary>The schema with every member of the type; the same instance when nothing was missing.</summary>
    /// <exception cref="DocumentException">
    /// A member's default can't be stored, or the type has more members than a schema holds.
    /// </exception>
    public DocumentSchema Extend(DocumentSchema schema) =>
        Bind(schema).IsComplete ? schema : SchemaExtension.Extend(schema, _codec.Plan!);

    /// <summary>Encodes a document under a schema that <see cref="Extend"/> returned.</summary>
    /// <param name="document">The document.</param>
    /// <param name="schema">Field tables to encode with.</param>
    /// <param name="previous">
    /// The stored document that this one replaces, or empty: fields unknown to the type are kept from it.
    /// </param>
    /// <param name="output">Receives the bytes.</param>
    /// <exception cref="DocumentException">
    /// A value can't be stored: wrong runtime type, cycle, lone surrogate…
    /// </exception>
    public void Encode(T document, DocumentSchema schema, ReadOnlySpan<byte> previous, IBufferWriter<byte> output)
    {
        var binding = Bind(schema);
        if (!binding.IsComplete)
        {
            throw new ArgumentException("The schema lacks members of the type: extend it first.", nameof(schema));
        }

        ArgumentNullException.ThrowIfNull(document);
        var writer = new DocumentWriter(output) { Previous = previous };
        try
        {
            _codec.Write(ref writer, document, binding.Binding);
        }
        catch (DocumentFault fault)
        {
            throw fault.ToException(typeof(T));
        }

        writer.Flush();
    }

    /// <summary>Decodes a document.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document of this schema.</exception>
    /// <exception cref="DocumentException">
    /// A stored value can't be converted to the member's type; the message names it.
    /// </exception>
    public T Decode(ReadOnlyMemory<byte> document, DocumentSchema schema) => Decode(document.Span, schema);

    /// <summary>Decodes a document.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document of this schema.</exception>
    /// <exception cref="DocumentException">
    /// A stored value can't be converted to the member's type; the message names it.
    /// </exception>
    public T Decode(ReadOnlySpan<byte> document, DocumentSchema schema)
    {
        var binding = Bind(schema).Binding;
        if (binding is null && _codec.Plan is not null)
        {
            throw new CorruptDatabaseException("document", -1, "a field table of the documents", "none");
        }

        var reader = new DocumentReader(document);
        try
        {
            var value = _codec.Read(ref reader, binding);
            return reader.Pos == document.Length && value is not null
                ? value
                : throw new CorruptDatabaseException("document", -1, "one document", "null, or bytes after it");
        }
        catch (DocumentFault fault)
        {
            throw fault.ToException(typeof(T));
        }
    }

    private RootBinding Bind(DocumentSchema schema)
    {
        var last = _last;
        return last is not null && last.Schema == schema
            ? last
            : _last = schema.Bind(typeof(T), bound => RootBinding.Create(bound, _codec));
    }
}

/// <summary>A document type laid over a schema. Immutable.</summary>
internal sealed record RootBinding(DocumentSchema Schema, Binding? Binding, bool IsComplete)
{
    /// <summary>Binds a type to the documents of a schema.</summary>
    public static RootBinding Create(DocumentSchema schema, ValueCodec codec)
    {
        if (codec.Plan is null)
        {
            return new RootBinding(schema, null, true);
        }

        if (schema.Tables.Count == 0)
        {
            return new RootBinding(schema, null, false);
        }

        var factory = new BindingFactory(schema);
        var binding = factory.Bind(codec, StorageShape.Document(0));
        return new RootBinding(schema, binding, factory.IsComplete);
    }
}

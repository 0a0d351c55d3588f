namespace Abc.VMem.Db.Serialization;

/// <summary>Receives a token; returns whether to go on.</summary>
internal delegate bool TokenVisitor<TState>(ReadOnlySpan<byte> token, ref TState state)
    where TState : allows ref struct;

/// <summary>
/// Finds a field in a document's bytes: a path bound to a schema. A pure function over the span; a null or an absent
/// object on the way makes the field null (absent: the default stored with its ordinal). Immutable, thread-safe.
/// </summary>
/// <remarks>Tokens have the storage kind of the member's present type: older kinds are converted.</remarks>
internal sealed class FieldReader
{
    private readonly FieldStep[][] _segments;
    private readonly DocumentSchema _schema;
    private readonly Binding? _binding;
    private readonly StorageShape? _endShape;
    private readonly string _root;

    private FieldReader(DocumentSchema schema, FieldPath path, FieldStep[][] segments, string root)
    {
        (_schema, _segments, _root, Path) = (schema, segments, root, path);
        var last = segments[0][^1];
        Codec = last.Codec;
        _binding = last.Shape is { } shape ? new BindingFactory(schema).Bind(Codec, shape) : null;
        (EachCodec, _endShape) = EndOf(segments, path);
        EachBinding = _endShape is { } end ? new BindingFactory(schema).Bind(EachCodec, end) : null;
    }

    private FieldReader(DocumentSchema schema, FieldPath path, FieldStep[][] segments, ValueCodec end)
    {
        (_schema, _segments, _root, Path) = (schema, segments, "document", path);
        (Codec, EachCodec) = (end, end);
        var last = (segments[^1].Length > 0 ? segments[^1] : segments[^2])[^1].Shape!;
        _endShape = path.Steps[^1].IsEach ? last.Element! : last;
        EachBinding = new BindingFactory(schema).Bind(end, _endShape);
    }

    /// <summary>The path.</summary>
    public FieldPath Path { get; }

    /// <summary>The path by stored names: the class may name its members otherwise.</summary>
    public FieldPath StoredPath => Path.WithNames(_segments.SelectMany(steps => steps).Select(step => step.Name));

    /// <summary>
    /// Declared type of the tokens of <see cref="Read"/>: of the path's end, or of the first list on it.
    /// </summary>
    public Type ValueType => Codec.ValueType;

    /// <summary>Declared type of the tokens of <see cref="ReadEach"/>.</summary>
    public Type EachType => EachCodec.ValueType;

    /// <summary>Codec of <see cref="ValueType"/>.</summary>
    internal ValueCodec Codec { get; }

    /// <summary>Codec of <see cref="EachType"/>.</summary>
    internal ValueCodec EachCodec { get; }

    /// <summary>Binding of <see cref="EachCodec"/>.</summary>
    internal Binding? EachBinding { get; }

    /// <summary>Binds a path; null when the schema or the type has no such field.</summary>
    public static FieldReader? Bind(DocumentSchema schema, Type documentType, FieldPath path)
    {
        var plan = CodecRegistry.Get(documentType).Plan;
        return plan is null || schema.Tables.Count == 0
            ? null
            : Bind(schema, CodecRegistry.Get(documentType), StorageShape.Document(0), path);
    }

    /// <summary>
    /// Binds a path by the field tables alone, for documents whose class is not at hand or does not know the member;
    /// null when no such field is stored in a kind that the type can be read from. Only for <see cref="ReadEach"/>.
    /// </summary>
    /// <param name="schema">The field tables.</param>
    /// <param name="path">The path.</param>
    /// <param name="endType">Type to read what stands at its end as.</param>
    public static FieldReader? BindStored(DocumentSchema schema, FieldPath path, Type endType)
    {
        var (segments, steps) = (new List<FieldStep[]>(), new List<FieldStep>());
        var table = schema.Tables.Count == 0 ? null : schema.Tables[0];
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var (step, isLast) = (path.Steps[i], i == path.Steps.Count - 1);
            var type = isLast && step.IsEach ? typeof(List<>).MakeGenericType(endType) : endType;
            var codec = isLast ? CodecRegistry.Get(type) : null;
            if (table is null || FieldStep.BindStored(table, step, codec) is not { } bound)
            {
                return null;
            }

            steps.Add(bound);
            var shape = bound.Shape!;
            if (step.IsEach)
            {
                segments.Add([.. steps]);
                steps.Clear();
                shape = shape.Element!;
            }

            table = shape.Kind == StorageKind.Document ? schema.Tables[shape.Table] : null;
        }

        segments.Add([.. steps]);
        return new FieldReader(schema, path, [.. segments], CodecRegistry.Get(endType));
    }

    /// <summary>
    /// Binds a path that starts at the elements of this reader's list, or at its object: reads what
    /// <see cref="ReadEach"/> gives. null when there is no such field.
    /// </summary>
    public FieldReader? BindInside(FieldPath path) =>
        _endShape is null ? null : Bind(_schema, EachCodec, _endShape, path);

    /// <summary>
    /// The field's MessagePack token: of a path with "[]" the whole list at its first one; a nil token when it is null.
    /// </summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document.</exception>
    /// <exception cref="DocumentException">What is stored can't be converted to the member's type.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> document) => ReadSegment(0, document);

    /// <summary>
    /// Visits every token that a path with "[]" leads to, in order, repeated ones too; null and empty lists lead to
    /// none. Of a path without "[]", its one token.
    /// </summary>
    /// <returns>false when the visitor ended the walk.</returns>
    /// <exception cref="CorruptDatabaseException">The bytes are no document.</exception>
    /// <exception cref="DocumentException">What is stored can't be converted to the member's type.</exception>
    public bool ReadEach<TState>(ReadOnlySpan<byte> document, ref TState state, TokenVisitor<TState> visitor)
        where TState : allows ref struct =>
        Visit(0, document, ref state, visitor);

    /// <summary>Decodes a token of <see cref="Read"/>.</summary>
    /// <exception cref="DocumentException">The type can't hold what is stored.</exception>
    public object? Decode(ReadOnlySpan<byte> token) => TokenDecoder.Decode(token, Codec, _binding, Name);

    /// <summary>Decodes a token of <see cref="Read"/> as the declared type, or as its Nullable.</summary>
    /// <exception cref="DocumentException">The type can't hold what is stored.</exception>
    public T? Decode<T>(ReadOnlySpan<byte> token) =>
        TokenDecoder.Decode(token, TokenDecoder.CodecFor<T>(Codec), _binding, Name);

    /// <summary>Decodes a token of <see cref="ReadEach"/>.</summary>
    /// <exception cref="DocumentException">The type can't hold what is stored.</exception>
    public object? DecodeEach(ReadOnlySpan<byte> token) => TokenDecoder.Decode(token, EachCodec, EachBinding, Name);

    /// <summary>Decodes a token of <see cref="ReadEach"/> as the declared type, or as its Nullable.</summary>
    /// <exception cref="DocumentException">The type can't hold what is stored.</exception>
    public T? DecodeEach<T>(ReadOnlySpan<byte> token) =>
        TokenDecoder.Decode(token, TokenDecoder.CodecFor<T>(EachCodec), EachBinding, Name);

    private string Name => $"{_root}.{Path}";

    private static FieldReader? Bind(DocumentSchema schema, ValueCodec codec, StorageShape? shape, FieldPath path)
    {
        var (segments, steps) = (new List<FieldStep[]>(), new List<FieldStep>());
        var root = CodecRegistry.NameOf(codec.ValueType);
        foreach (var step in path.Steps)
        {
            if (codec.Plan is not { } plan || shape is null
                || FieldStep.Bind(schema.Tables[shape.Table], plan, step.Name) is not { } bound)
            {
                return null;
            }

            steps.Add(bound);
            (codec, shape) = (bound.Codec, bound.Shape);
            if (step.IsEach)
            {
                if (codec.Kind != StorageKind.List)
                {
                    return null;
                }

                segments.Add([.. steps]);
                steps.Clear();
                (codec, shape) = (codec.Element!, shape?.Element);
            }
        }

        segments.Add([.. steps]);
        return new FieldReader(schema, path, [.. segments], root);
    }

    // The end of the whole path: an element of the last list, when the path ends with "[]".
    private static (ValueCodec Codec, StorageShape? Shape) EndOf(FieldStep[][] segments, FieldPath path)
    {
        var last = segments[^1].Length > 0 ? segments[^1][^1] : segments[^2][^1];
        return path.Steps[^1].IsEach
            ? (last.Codec.Element!, last.Shape?.Element)
            : (last.Codec, last.Shape);
    }

    private bool Visit<TState>(
        int segment, ReadOnlySpan<byte> document, ref TState state, TokenVisitor<TState> visitor)
        where TState : allows ref struct
    {
        var token = ReadSegment(segment, document);
        if (segment == _segments.Length - 1)
        {
            return visitor(token, ref state);
        }

        if (token[0] == TokenCode.Nil)
        {
            return true;
        }

        var count = DocumentArray.ReadHeader(token, out var pos);
        for (; count > 0; count--)
        {
            if (!MessagePackSkipper.TrySkip(token[pos..], out var size))
            {
                throw new CorruptDatabaseException("document", -1, "more bytes", "the end inside a list");
            }

            if (!Visit(segment + 1, token.Slice(pos, size), ref state, visitor))
            {
                return false;
            }

            pos += size;
        }

        return true;
    }

    private ReadOnlySpan<byte> ReadSegment(int segment, ReadOnlySpan<byte> document)
    {
        try
        {
            foreach (var step in _segments[segment])
            {
                document = step.Read(document);
            }

            return document;
        }
        catch (DocumentFault fault)
        {
            throw new DocumentException(Name, $"{Name}: {fault.Message}", fault);
        }
    }
}

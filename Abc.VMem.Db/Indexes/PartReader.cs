using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Indexes;

/// <summary>Receives that the next value of a multikey part stands in the walk's buffer.</summary>
internal delegate void PartVisitor(bool isNull, ref EntryExtractor.Walk walk);

/// <summary>
/// Reads the values of one part of an index out of documents and encodes them. Immutable, thread-safe.
/// </summary>
internal sealed class PartReader
{
    private readonly IndexDefinition _index;
    private readonly IndexPart _part;
    private readonly FieldReader? _field;
    private readonly TokenKeyEncoder? _encoder;

    private PartReader(IndexDefinition index, IndexPart part, FieldReader? field, TokenKeyEncoder? encoder) =>
        (_index, _part, _field, _encoder) = (index, part, field, encoder);

    /// <summary>Whether the part gives any number of values.</summary>
    public bool IsMultikey => _part.Path.IsMultikey;

    /// <summary>
    /// Binds a part to field tables, through the program's class or, where that does not know it, without.
    /// </summary>
    /// <exception cref="DocumentException">The class stores the member in another way than the index does.</exception>
    public static PartReader Bind(IndexDefinition index, IndexPart part, DocumentSchema schema, Type? documentType)
    {
        var field = documentType is null ? null : FieldReader.Bind(schema, documentType, part.Path);
        field ??= FieldReader.BindStored(schema, part.Path, part.Codec.ValueType);
        try
        {
            return new(index, part, field, field is null ? null : TokenKeyEncoder.Create(field, part.Codec));
        }
        catch (ArgumentException exception)
        {
            throw new DocumentException(
                part.Path.ToString(),
                $"The index '{index.Name}' holds {part.Path} as {part.Codec.Name}, but {documentType?.Name} stores it "
                + "in another way. Drop the index and create it again.",
                exception);
        }
    }

    /// <summary>Appends the one value's encoding, cut where it is too long; returns whether it is null.</summary>
    public bool Append(ReadOnlySpan<byte> document, KeyBuffer buffer)
    {
        var result = new Result { Part = this, Buffer = buffer };
        if (_field is null)
        {
            return AppendNull(buffer);
        }

        _field.ReadEach(document, ref result, static (token, ref result) =>
        {
            result.IsNull = result.Part.AppendToken(token, result.Buffer);
            return false;
        });
        return result.IsNull;
    }

    /// <summary>Encodes each value into the walk's buffer and reports it.</summary>
    public void ReadEach(ReadOnlySpan<byte> document, ref EntryExtractor.Walk walk, PartVisitor visitor)
    {
        // A field that was never stored is an empty list.
        var state = new EachState { Part = this, Walk = walk, Visitor = visitor };
        _field?.ReadEach(document, ref state, static (token, ref state) =>
        {
            var value = state.Walk.Buffers.Value;
            value.Clear();
            var isNull = state.Part.AppendToken(token, value);
            state.Visitor(isNull, ref state.Walk);
            return true;
        });
    }

    private bool AppendNull(KeyBuffer buffer)
    {
        _part.Codec.EncodeObject(null, buffer);
        return true;
    }

    private bool AppendToken(ReadOnlySpan<byte> token, KeyBuffer buffer)
    {
        if (TokenDecoder.IsNull(token))
        {
            return AppendNull(buffer);
        }

        var start = buffer.Length;
        try
        {
            _encoder!.Append(token, buffer);
        }
        catch (ArgumentException exception)
        {
            throw new DocumentException(
                _part.Path.ToString(),
                $"{_part.Path} can't be a part of the index '{_index.Name}': {exception.Message}",
                exception);
        }

        Cut(buffer, start);
        return false;
    }

    private void Cut(KeyBuffer buffer, int start)
    {
        var length = buffer.Length - start;
        if (length <= IndexDefinition.MaxPartBytes)
        {
            return;
        }

        if (_index.IsUnique)
        {
            throw new LimitExceededException(
                $"bytes of {_part.Path} in the unique index '{_index.Name}'",
                IndexDefinition.MaxPartBytes,
                length,
                "Use a shorter value, or an index that is not unique.");
        }

        buffer.Truncate(start + IndexDefinition.MaxPartBytes);
    }

    private ref struct Result
    {
        public PartReader Part;
        public KeyBuffer Buffer;
        public bool IsNull;
    }

    private ref struct EachState
    {
        public PartReader Part;
        public EntryExtractor.Walk Walk;
        public PartVisitor Visitor;
    }
}

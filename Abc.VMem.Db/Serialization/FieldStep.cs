namespace Abc.VMem.Db.Serialization;

/// <summary>One member of a path, bound to a field table. Immutable.</summary>
internal sealed class FieldStep
{
    private readonly FieldTable _table;
    private readonly int _ordinal;
    private readonly int[] _alternates;

    private FieldStep(FieldTable table, int ordinal, int[] alternates, string name, ValueCodec codec) =>
        (_table, _ordinal, _alternates, Name, Codec) = (table, ordinal, alternates, name, codec);

    /// <summary>Stored name of the member.</summary>
    public string Name { get; }

    /// <summary>Codec of the member.</summary>
    public ValueCodec Codec { get; }

    /// <summary>How the member is stored; null when only values of another storage kind are.</summary>
    public StorageShape? Shape => _ordinal < 0 ? null : _table.Fields[_ordinal].Shape;

    /// <summary>
    /// Binds a member by its stored name or, failing that, its name in the class; null when there is none.
    /// </summary>
    public static FieldStep? Bind(FieldTable table, ObjectPlan plan, string name)
    {
        var member = plan.Members.FirstOrDefault(m => m.Name == name)
            ?? plan.Members.FirstOrDefault(m => m.Member.Name == name);
        if (member is null)
        {
            return null;
        }

        return Bind(table, member.Name, member.Codec, shape => shape.Matches(member.Codec));
    }

    /// <summary>
    /// Binds a stored member; null when there is none. Without a codec it must hold a document, or a list of documents.
    /// </summary>
    public static FieldStep? BindStored(FieldTable table, PathStep step, ValueCodec? codec)
    {
        var bound = codec is not null
            ? Bind(table, step.Name, codec, shape => shape.Matches(codec))
            : Bind(table, step.Name, null!, shape => IsWay(shape, step.IsEach))?.WithoutAlternates();
        return bound?.Shape is null ? null : bound;
    }

    private static bool IsWay(StorageShape shape, bool isEach) => isEach
        ? shape is { Kind: StorageKind.List, Element.Kind: StorageKind.Document }
        : shape.Kind == StorageKind.Document;

    private static FieldStep? Bind(FieldTable table, string name, ValueCodec codec, Predicate<StorageShape> matches)
    {
        var (ordinal, alternates) = (-1, new List<int>());
        for (var i = table.Fields.Count - 1; i >= 0; i--)
        {
            if (table.Fields[i].Name != name)
            {
                continue;
            }

            if (ordinal < 0 && matches(table.Fields[i].Shape))
            {
                ordinal = i;
            }
            else
            {
                alternates.Add(i);
            }
        }

        return ordinal < 0 && alternates.Count == 0
            ? null
            : new FieldStep(table, ordinal, [.. alternates], name, codec);
    }

    // No other kind can be converted to a document or a list of documents.
    private FieldStep WithoutAlternates() => new(_table, _ordinal, [], Name, Codec);

    /// <summary>The member's token in a document: nil when the document is.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document.</exception>
    /// <exception cref="DocumentFault">What is stored can't be converted to the member's type.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> document)
    {
        if (document.Length > 0 && document[0] == TokenCode.Nil)
        {
            return document[..1];
        }

        var count = DocumentArray.ReadHeader(document, out var start);
        if ((uint)_ordinal < (uint)count)
        {
            var token = DocumentArray.ElementAt(document[start..], _ordinal, out _);
            if (token[0] != TokenCode.Absent)
            {
                return token;
            }
        }

        return ReadAbsent(document[start..], count);
    }

    private ReadOnlySpan<byte> ReadAbsent(ReadOnlySpan<byte> elements, int count)
    {
        foreach (var alternate in _alternates)
        {
            if (alternate < count && DocumentArray.ElementAt(elements, alternate, out _) is var token
                && token[0] != TokenCode.Absent)
            {
                return TokenConverter.Convert(_table.Fields[alternate].Shape, token, Codec);
            }
        }

        if (_ordinal >= 0)
        {
            return _table.Fields[_ordinal].Default.Span;
        }

        var newest = _table.Fields[_alternates[0]];
        return TokenConverter.Convert(newest.Shape, newest.Default.Span, Codec);
    }
}

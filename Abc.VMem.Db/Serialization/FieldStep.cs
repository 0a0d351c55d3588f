namespace Abc.VMem.Db.Serialization;

/// <summary>One member of a path, bound to a field table. Immutable.</summary>
internal sealed class FieldStep
{
    private readonly FieldTable _table;
    private readonly int _ordinal;
    private readonly int[] _alternates;

    private FieldStep(FieldTable table, int ordinal, int[] alternates, MemberPlan member)
    {
        (_table, _ordinal, _alternates, Codec) = (table, ordinal, alternates, member.Codec);
        Name = member.Name;
    }

    /// <summary>Stored name of the member.</summary>
    public string Name { get; }

    /// <summary>Codec of the member.</summary>
    public ValueCodec Codec { get; }

    /// <summary>How the member is stored; null when only values of another storage kind are.</summary>
    public StorageShape? Shape => _ordinal < 0 ? null : _table.Fields[_ordinal].Shape;

    /// <summary>Binds a member by its stored name or, failing that, its name in the class; null when there is none.</summary>
    public static FieldStep? Bind(FieldTable table, ObjectPlan plan, string name)
    {
        var member = plan.Members.FirstOrDefault(m => m.Name == name)
            ?? plan.Members.FirstOrDefault(m => m.Member.Name == name);
        if (member is null)
        {
            return null;
        }

        var (ordinal, alternates) = (-1, new List<int>());
        for (var i = table.Fields.Count - 1; i >= 0; i--)
        {
            if (table.Fields[i].Name != member.Name)
            {
                continue;
            }

            if (ordinal < 0 && table.Fields[i].Shape.Matches(member.Codec))
            {
                ordinal = i;
            }
            else
            {
                alternates.Add(i);
            }
        }

        return ordinal < 0 && alternates.Count == 0 ? null : new FieldStep(table, ordinal, [.. alternates], member);
    }

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
            var token = ElementAt(document[start..], _ordinal);
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
            if (alternate < count && ElementAt(elements, alternate) is var token && token[0] != TokenCode.Absent)
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

    private static ReadOnlySpan<byte> ElementAt(ReadOnlySpan<byte> elements, int ordinal)
    {
        if (!MessagePackSkipper.TrySkip(elements, ordinal, out var skipped)
            || !MessagePackSkipper.TrySkip(elements[skipped..], 1, out var size))
        {
            throw new CorruptDatabaseException("document", -1, "more bytes", "the end inside a value");
        }

        return elements.Slice(skipped, size);
    }
}

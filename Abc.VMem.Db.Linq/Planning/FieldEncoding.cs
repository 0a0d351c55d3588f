using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>How the values of one member are encoded in the key that a condition is compared with.</summary>
/// <param name="Type">Type of the member, without Nullable.</param>
/// <param name="Codec">The encoding, with a null marker; its type may be wider than the member's.</param>
internal sealed record FieldEncoding(Type Type, KeyCodec Codec)
{
    /// <summary>The encoding that every index of such a member has; null when the type can't be indexed.</summary>
    public static FieldEncoding? InIndex(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var indexed = IndexPartType.Of(type);
        return KeyCodecs.IsSupported(indexed) ? new(type, KeyCodecs.IndexPart(indexed)) : null;
    }

    /// <summary>
    /// The encoding of such a member as primary key, behind a null marker; null when the type can't be one.
    /// </summary>
    public static FieldEncoding? InPrimaryKey(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return KeyCodecs.IsSupported(type) ? new(type, KeyCodecs.IndexPart(type)) : null;
    }

    /// <summary>Encodes a value of the member's type.</summary>
    public byte[] Encode(object value)
    {
        var buffer = new KeyBuffer();
        Codec.EncodeObject(IndexPartType.Convert(value, Codec.ValueType), buffer);
        return buffer.ToArray();
    }
}

/// <summary>A part of a key that conditions may narrow.</summary>
/// <param name="Path">The member.</param>
/// <param name="IsPrimary">Whether it is the primary key.</param>
/// <param name="EncodingName">Name of the part's encoding, with a null marker.</param>
internal sealed record KeyPart(FieldPath Path, bool IsPrimary, string EncodingName)
{
    /// <summary>The part of an index.</summary>
    public static KeyPart Of(IndexPart part) => new(part.Path, IsPrimary: false, part.Codec.Name);

    /// <summary>The primary key.</summary>
    public static KeyPart Primary(FieldPath path, KeyCodec codec) => new(path, IsPrimary: true, codec.Name + "?");

    /// <summary>How a field's values are encoded here; null when the part is about another field or type.</summary>
    public FieldEncoding? EncodingOf(Field field)
    {
        if (!Path.Equals(field.Path))
        {
            return null;
        }

        var encoding = IsPrimary ? FieldEncoding.InPrimaryKey(field.Type) : FieldEncoding.InIndex(field.Type);
        return encoding?.Codec.Name == EncodingName ? encoding : null;
    }
}

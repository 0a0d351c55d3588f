using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Indexes;

/// <summary>One part of an index's key.</summary>
/// <param name="Path">The member; multikey when it has a "[]" step.</param>
/// <param name="Codec">
/// Encoding of its values, an index part: null marker first. Its ValueType may be wider than the member's type: all
/// integers up to 64 signed bits share the encoding of long, enums that of their number.
/// </param>
internal sealed record IndexPart(FieldPath Path, KeyCodec Codec)
{
    /// <summary>Appends the encoding of a value of the member's type, or null; not cut.</summary>
    public void Encode(object? value, KeyBuffer buffer) =>
        Codec.EncodeObject(IndexPartType.Convert(value, Codec.ValueType), buffer);
}

using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Where a condition finds its value: in a field, or in the bytes it is given themselves. Immutable.</summary>
/// <param name="Reader">The field, or the list whose elements are given.</param>
/// <param name="IsElement">Whether the bytes are an element of the reader's list, and the value.</param>
internal readonly record struct TokenSource(FieldReader Reader, bool IsElement)
{
    /// <summary>The value's token.</summary>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> bytes) => IsElement ? bytes : Reader.Read(bytes);
}

using System.Diagnostics;
using System.Numerics;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Integers of every width, and char: big-endian, the sign bit inverted. The smallest value of a signed type is its
/// sign bit, that of an unsigned type is 0, so one exclusive or serves both.
/// </summary>
internal sealed class IntegerKeyCodec<T>(string name) : FixedKeyCodec<T>(name, T.MinValue.GetByteCount())
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    /// <inheritdoc/>
    protected override void Write(T value, Span<byte> target)
    {
        // Not WriteBigEndian: the interface's default implementation would box.
        var isWritten = (value ^ T.MinValue).TryWriteBigEndian(target, out _);
        Debug.Assert(isWritten, "The target has the type's width.");
    }

    /// <inheritdoc/>
    protected override T Read(ReadOnlySpan<byte> source) =>
        T.ReadBigEndian(source, isUnsigned: T.IsZero(T.MinValue)) ^ T.MinValue;
}

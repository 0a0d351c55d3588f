namespace Abc.VMem.Db.Serialization;

/// <summary>bool in one byte: 0 or 1.</summary>
internal sealed class BooleanKeyCodec() : FixedKeyCodec<bool>("bool", 1)
{
    /// <inheritdoc/>
    protected override void Write(bool value, Span<byte> target) => target[0] = value ? (byte)1 : (byte)0;

    /// <inheritdoc/>
    protected override bool Read(ReadOnlySpan<byte> source)
    {
        if (source[0] > 1)
        {
            KeyDamage.Throw(Name, FormattableString.Invariant($"byte {source[0]:X2}"));
        }

        return source[0] == 1;
    }
}

/// <summary>Guid in 16 bytes: its fields big-endian, as in its text, which is the order of Guid.CompareTo.</summary>
internal sealed class GuidKeyCodec() : FixedKeyCodec<Guid>("guid", 16)
{
    /// <inheritdoc/>
    protected override void Write(Guid value, Span<byte> target) =>
        value.TryWriteBytes(target, bigEndian: true, out _);

    /// <inheritdoc/>
    protected override Guid Read(ReadOnlySpan<byte> source) => new(source, bigEndian: true);
}

namespace Abc.VMem.Db.Serialization;

/// <summary>An encoding whose length is the same for every value.</summary>
internal abstract class FixedKeyCodec<T>(string name, int width, bool isExact = true) : KeyCodec<T>
{
    /// <inheritdoc/>
    public sealed override string Name => name;

    /// <inheritdoc/>
    public sealed override bool IsExact => isExact;

    /// <inheritdoc/>
    public sealed override int TryMeasure(ReadOnlySpan<byte> source) => source.Length >= width ? width : -1;

    /// <inheritdoc/>
    public sealed override void Encode(T value, KeyBuffer buffer) => Write(value, buffer.Append(width));

    /// <inheritdoc/>
    public sealed override T Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        consumed = Measure(source);
        return Read(source[..width]);
    }

    /// <summary>Writes a value into exactly the width's bytes.</summary>
    protected abstract void Write(T value, Span<byte> target);

    /// <summary>Reads a value from exactly the width's bytes.</summary>
    protected abstract T Read(ReadOnlySpan<byte> source);
}

namespace Abc.VMem.Db.Serialization;

/// <summary>The reverse order: the complement of every byte, the null marker's too, so null comes last.</summary>
internal sealed class DescendingKeyCodec<T>(KeyCodec<T> inner) : KeyCodec<T>
{
    private const int MaxStackBytes = 512;

    /// <inheritdoc/>
    public override string Name { get; } = inner.Name + " desc";

    /// <inheritdoc/>
    public override bool IsExact => inner.IsExact;

    /// <inheritdoc/>
    public override void Encode(T value, KeyBuffer buffer)
    {
        var start = buffer.Length;
        inner.Encode(value, buffer);
        buffer.Complement(start);
    }

    /// <inheritdoc/>
    public override void EncodeObject(object? value, KeyBuffer buffer)
    {
        var start = buffer.Length;
        inner.EncodeObject(value, buffer);
        buffer.Complement(start);
    }

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source)
    {
        var room = source.Length <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[source.Length];
        return inner.TryMeasure(Complement(source, room));
    }

    /// <inheritdoc/>
    public override T Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        var room = source.Length <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[source.Length];
        return inner.Decode(Complement(source, room), out consumed);
    }

    private static ReadOnlySpan<byte> Complement(ReadOnlySpan<byte> source, Span<byte> room)
    {
        for (var i = 0; i < source.Length; i++)
        {
            room[i] = (byte)~source[i];
        }

        return room[..source.Length];
    }
}

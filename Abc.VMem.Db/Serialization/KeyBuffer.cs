namespace Abc.VMem.Db.Serialization;

/// <summary>A reusable buffer in which one key is encoded. Not thread-safe.</summary>
internal sealed class KeyBuffer
{
    private const int InitialBytes = 256;
    private const int KeptBytes = 1 << 14;

    private byte[] _bytes = new byte[InitialBytes];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Whether strings may hold half of a surrogate pair: for bytes that are only compared, and never decoded or
    /// stored.
    /// </summary>
    public bool AllowsLoneSurrogates { get; set; }

    /// <summary>The key so far.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The key so far as memory; valid until the next change.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>The key so far, as a new array.</summary>
    public byte[] ToArray() => Span.ToArray();

    /// <summary>Drops everything after the given length, which is at most the present one.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    /// <summary>Empties the buffer.</summary>
    public void Clear() => Length = 0;

    /// <summary>Empties the buffer and drops what a rare large value made it grow to.</summary>
    public void Trim()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <summary>Appends room for the given number of bytes and returns it to be filled.</summary>
    public Span<byte> Append(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(checked(Length + count), 2 * _bytes.Length));
        }

        var room = _bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    /// <summary>Appends one byte.</summary>
    public void Append(byte value) => Append(1)[0] = value;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>
    /// Turns every byte from the given place on into its complement: reverses the order of what they encode.
    /// </summary>
    public void Complement(int start)
    {
        foreach (ref var value in _bytes.AsSpan(start, Length - start))
        {
            value = (byte)~value;
        }
    }
}

namespace Abc.VMem.Db.Structures;

/// <summary>A reusable buffer for one value; grows as needed. Not thread-safe.</summary>
internal sealed class ValueBuffer
{
    private const int MaxKeptBytes = 64 << 10;

    private byte[] _bytes = new byte[1024];

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The value as memory; valid until the next change.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Makes room for a value of the given length and returns it to be filled.</summary>
    public Span<byte> Reset(int length)
    {
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, 2 * _bytes.Length)];
        }

        Length = length;
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Lets go of memory beyond what values usually take.</summary>
    public void Trim()
    {
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[1024];
        }

        Length = 0;
    }

    /// <summary>Makes room for more bytes behind those in use and returns it to be filled.</summary>
    public Span<byte> Append(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(Length + count, 2 * _bytes.Length));
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}

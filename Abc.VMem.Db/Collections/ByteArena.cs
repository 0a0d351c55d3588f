using System.Buffers;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Bytes of many items in one growing array. Reused; not thread-safe. Spans and memories end at the next write.
/// </summary>
internal sealed class ByteArena : IBufferWriter<byte>
{
    private const int InitialBytes = 4096;

    private const int KeptBytes = 64 << 10;

    private byte[] _bytes = new byte[InitialBytes];

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    /// <summary>All bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>All bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Some of the bytes.</summary>
    public ReadOnlySpan<byte> Slice(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>Empties it and keeps its memory, for the next part of the same work.</summary>
    public void Clear() => Length = 0;

    /// <summary>Empties it and lets go of memory beyond what small work takes.</summary>
    public void Trim()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <summary>Drops everything after the given length.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Reserve(int sizeHint)
    {
        var needed = checked(Length + Math.Max(sizeHint, 1));
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }
    }
}

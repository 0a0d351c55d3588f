namespace Abc.VMem.Db.Serialization;

/// <summary>
/// How bytes of any length end inside a key: 00 is written as 01 01, and 01 as 01 02, so that 00 never stands
/// inside and ends them, below everything that could follow.
/// </summary>
internal static class KeyEscape
{
    /// <summary>Ends the bytes.</summary>
    public const byte End = 0x00;

    /// <summary>Stands before an escaped byte, which is one greater than the byte it means.</summary>
    public const byte Mark = 0x01;

    private const int MaxStackBytes = 512;

    /// <summary>Appends bytes, without the end mark.</summary>
    public static void Encode(ReadOnlySpan<byte> bytes, KeyBuffer buffer)
    {
        for (var next = bytes.IndexOfAnyInRange(End, Mark); next >= 0; next = bytes.IndexOfAnyInRange(End, Mark))
        {
            buffer.Append(bytes[..next]);
            buffer.Append(Mark);
            buffer.Append((byte)(bytes[next] + 1));
            bytes = bytes[(next + 1)..];
        }

        buffer.Append(bytes);
    }

    /// <summary>Decodes what stands before the end mark.</summary>
    /// <exception cref="CorruptDatabaseException">An escape means nothing.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> bytes)
    {
        var room = bytes.Length <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[bytes.Length];
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == Mark)
            {
                value = ++i < bytes.Length ? (byte)(bytes[i] - 1) : byte.MaxValue;
                if (value > Mark)
                {
                    KeyDamage.Throw("bytes", "an escape without a meaning");
                }
            }

            room[length++] = value;
        }

        return room[..length].ToArray();
    }

    /// <summary>Length up to and with the end mark, or -1 when there is none.</summary>
    public static int TryMeasure(ReadOnlySpan<byte> source)
    {
        var end = source.IndexOf(End);
        return end < 0 ? -1 : end + 1;
    }
}

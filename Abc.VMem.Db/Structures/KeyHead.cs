using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// The first 8 bytes of a key after its node's prefix, as a number that compares like the bytes; zero padded.
/// </summary>
internal static class KeyHead
{
    /// <summary>Head of the key's part after the given prefix length, which is at most the key's length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> key, int prefixLength)
    {
        int length = key.Length - prefixLength;
        if (length >= 8)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(key[prefixLength..]);
        }

        if (key.Length >= 8 && length > 0)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(key[^8..]) << (8 * (8 - length));
        }

        return OfShort(key[prefixLength..]);
    }

    private static ulong OfShort(ReadOnlySpan<byte> bytes)
    {
        ulong head = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            head |= (ulong)bytes[i] << (56 - (8 * i));
        }

        return head;
    }
}

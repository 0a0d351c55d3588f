using System.Buffers.Binary;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>The entries: keys of 8 bytes, values of 100 bytes that depend on their key.</summary>
internal static class Entries
{
    /// <summary>Bytes of a value.</summary>
    public const int ValueBytes = 100;

    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = sizeof(ulong);

    /// <summary>0, 1, 2, … in this order.</summary>
    public static ulong[] Ascending(int count) => [.. Enumerable.Range(0, count).Select(i => (ulong)i)];

    /// <summary>The same keys in an order that the seed decides.</summary>
    public static ulong[] Shuffled(int count, int seed)
    {
        var keys = Ascending(count);
        new Random(seed).Shuffle(keys);
        return keys;
    }

    /// <summary>Big-endian, so that byte order is number order.</summary>
    public static void WriteKey(ulong key, Span<byte> destination) =>
        BinaryPrimitives.WriteUInt64BigEndian(destination, key);

    /// <summary>Fills a value that no compression and no shortcut can guess.</summary>
    public static void WriteValue(ulong key, Span<byte> destination)
    {
        var state = key;
        for (var offset = 0; offset < ValueBytes; offset += sizeof(uint))
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            BinaryPrimitives.WriteUInt32LittleEndian(destination[offset..], (uint)(state >> 32));
        }
    }
}

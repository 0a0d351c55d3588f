using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Shapes of keys that stress nodes in different ways.</summary>
public enum MapKeyShape
{
    /// <summary>8 bytes, big-endian, few distinct.</summary>
    Small,

    /// <summary>"user:" and a padded number.</summary>
    Text,

    /// <summary>Long common beginnings that branch late.</summary>
    SharedPrefix,

    /// <summary>Up to 1000 bytes, from few letters.</summary>
    Lengthy,

    /// <summary>0 to 12 bytes of 00, 01 and FF: ties of heads, keys that are beginnings of others.</summary>
    Ties,

    /// <summary>All of them.</summary>
    Mixed,
}

/// <summary>Makes random keys and values.</summary>
internal static class MapKeys
{
    public static byte[] Next(Random random, MapKeyShape shape) => shape switch
    {
        MapKeyShape.Small => Number(random.Next(5_000)),
        MapKeyShape.Text => Text(random.Next(100_000)),
        MapKeyShape.SharedPrefix => SharedPrefix(random),
        MapKeyShape.Lengthy => Letters(random, random.Next(1001), "ab"u8),
        MapKeyShape.Ties => Letters(random, random.Next(13), [0, 1, 255]),
        _ => Next(random, (MapKeyShape)random.Next((int)MapKeyShape.Mixed)),
    };

    public static byte[] Value(Random random)
    {
        int length = random.Next(100) switch
        {
            < 10 => 0,
            < 80 => random.Next(120),
            < 92 => random.Next(900, 1100),
            < 99 => random.Next(9000),
            _ => random.Next(100_000),
        };
        byte[] value = new byte[length];
        random.NextBytes(value);
        return value;
    }

    public static byte[] Number(long number)
    {
        byte[] key = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        return key;
    }

    public static byte[] Text(int number) =>
        Encoding.ASCII.GetBytes("user:" + number.ToString("D10", CultureInfo.InvariantCulture));

    private static byte[] SharedPrefix(Random random)
    {
        // Few long stems, so that leaves hold keys with hundreds of bytes in common, next to leaves that do not.
        byte[] key = new byte[random.Next(3) switch { 0 => 300, 1 => 700, _ => 980 } + 4];
        Array.Fill(key, (byte)('a' + random.Next(3)));
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(key.Length - 4), random.Next(500));
        return key;
    }

    private static byte[] Letters(Random random, int length, ReadOnlySpan<byte> letters)
    {
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++)
        {
            key[i] = letters[random.Next(letters.Length)];
        }

        return key;
    }
}

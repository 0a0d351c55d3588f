using Abc.VMem.Db.Serialization;
using CsCheck;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>What must hold for every encoding.</summary>
internal static class KeyCodecLaws
{
    private static readonly byte[] Following = [0x00, 0xFF, 0x01, 0x80];

    /// <summary>One of the values.</summary>
    public static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static byte[] Encode<T>(KeyCodec<T> codec, T value)
    {
        var buffer = new KeyBuffer();
        codec.Encode(value, buffer);
        return buffer.ToArray();
    }

    public static byte[] EncodeObject(KeyCodec codec, object? value)
    {
        var buffer = new KeyBuffer();
        codec.EncodeObject(value, buffer);
        return buffer.ToArray();
    }

    /// <summary>memcmp = the reference order, as primary key, as part, and as descending part.</summary>
    public static void AssertOrder<T>(T left, T right, int expected)
    {
        var plain = KeyCodecs.Primary<T>();
        Assert.Equal(Math.Sign(expected), Math.Sign(KeyCodecs.Comparer<T>().Compare(left, right)));
        if (left is not null && right is not null)
        {
            AssertSign(expected, Encode(plain, left), Encode(plain, right));
        }

        var part = KeyCodecs.IndexPart(typeof(T));
        AssertSign(expected, EncodeObject(part, left), EncodeObject(part, right));
        var reverse = KeyCodecs.IndexPart(typeof(T), descending: true);
        AssertSign(-expected, EncodeObject(reverse, left), EncodeObject(reverse, right));
    }

    /// <summary>Decoding gives an equal value, and finds its end whatever follows.</summary>
    public static void AssertRoundTrip<T>(T value, Func<T, T, bool>? areEqual = null)
    {
        areEqual ??= EqualityComparer<T>.Default.Equals;
        if (value is not null)
        {
            AssertRoundTrip(KeyCodecs.Primary<T>(), value, areEqual);
        }

        foreach (var descending in new[] { false, true })
        {
            var part = KeyCodecs.IndexPart(typeof(T), descending);
            var bytes = EncodeObject(part, value);
            byte[] source = [.. bytes, .. Following];
            var decoded = part.DecodeObject(source, out var consumed);
            Assert.Equal(bytes.Length, consumed);
            Assert.Equal(bytes.Length, part.Measure(source));
            Assert.True(decoded is null ? value is null : areEqual(value, (T)decoded), $"{value} became {decoded}");
        }
    }

    private static void AssertRoundTrip<T>(KeyCodec<T> codec, T value, Func<T, T, bool> areEqual)
    {
        var bytes = Encode(codec, value);
        Assert.Equal(bytes, EncodeObject(codec, value));
        byte[] source = [.. bytes, .. Following];
        var decoded = codec.Decode(source, out var consumed);
        Assert.True(areEqual(value, decoded), $"{value} became {decoded}");
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(bytes.Length, codec.Measure(source));
        Assert.Equal(bytes, Encode(codec, decoded));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(-1, codec.TryMeasure(source.AsSpan(0, length)));
            Assert.Throws<CorruptDatabaseException>(() => codec.Decode(source.AsSpan(0, length), out _));
        }
    }

    private static void AssertSign(int expected, byte[] left, byte[] right) =>
        Assert.Equal(Math.Sign(expected), Math.Sign(left.AsSpan().SequenceCompareTo(right)));
}

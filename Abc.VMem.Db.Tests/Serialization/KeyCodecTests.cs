using Abc.VMem.Db.Serialization;
using CsCheck;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class KeyCodecTests
{
    [Fact]
    public void Encode_KnownValues_GivesTheBytesOfTheFormat()
    {
        AssertBytes("80000001", 1);
        AssertBytes("7FFFFFFF", -1);
        AssertBytes("FFFFFFFFFFFFFFFF", ulong.MaxValue);
        AssertBytes("0041", 'A');
        AssertBytes("BFF0000000000000", 1.0);
        AssertBytes("400FFFFFFFFFFFFF", -1.0);
        AssertBytes("8000000000000000", -0.0);
        AssertBytes("0000000000000000", double.NaN);
        AssertBytes("80", 0.000m);
        AssertBytes("9D14", 1.00m);
        AssertBytes("62EB", -1m);
        AssertBytes("9E1964", 12.50m);
        AssertBytes("6100", "a");
        AssertBytes("0101010200", "\0\u0001");
        AssertBytes("EDA080EDB08000", "\U00010000");
        AssertBytes("0101FF00", new byte[] { 0, 255 });
        AssertBytes("00112233445566778899AABBCCDDEEFF", new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        AssertBytes("80000001016100", (1, "a"));
        AssertBytes("8000000100", (1, (string?)null));
    }

    [Fact]
    public void IndexPart_NullableAndNot_ShareOneCodec()
    {
        Assert.Same(KeyCodecs.IndexPart(typeof(int)), KeyCodecs.IndexPart(typeof(int?)));
        Assert.Same(KeyCodecs.IndexPart(typeof(int), true), KeyCodecs.IndexPart(typeof(int?), true));
        Assert.Equal(typeof(int?), KeyCodecs.IndexPart(typeof(int)).ValueType);
        Assert.Equal("00", Convert.ToHexString(KeyCodecLaws.EncodeObject(KeyCodecs.IndexPart(typeof(int)), null)));
        Assert.Equal("0180000001", Convert.ToHexString(KeyCodecLaws.EncodeObject(KeyCodecs.IndexPart(typeof(int)), 1)));
        Assert.Equal([0xFF], KeyCodecLaws.EncodeObject(KeyCodecs.IndexPart(typeof(int), true), null));
    }

    [Fact]
    public void Name_OfTypes_IsTheOneOfTheFormat()
    {
        Assert.Equal("int64", KeyCodecs.Primary<long>().Name);
        Assert.Equal("int32", KeyCodecs.Primary<DayOfWeek>().Name);
        Assert.Equal("int32?", KeyCodecs.IndexPart(typeof(DayOfWeek)).Name);
        Assert.Equal("string? desc", KeyCodecs.IndexPart(typeof(string), true).Name);
        Assert.Equal("tuple(string?,date)", KeyCodecs.Primary<(string, DateOnly)>().Name);
        Assert.Equal("tuple(string?,date)", KeyCodecs.Primary<Tuple<string, DateOnly>>().Name);
        Assert.Equal("tuple(float64?,bool)", KeyCodecs.Primary(new { A = (double?)1, B = true }.GetType()).Name);
    }

    [Fact]
    public void IsExact_OfLossyTypes_IsFalse()
    {
        Type[] lossy =
            [typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(double), typeof((int, float?))];
        Type[] exact = [typeof(string), typeof(Guid), typeof(TimeSpan), typeof((int, string)), typeof(DayOfWeek?)];
        Assert.All(lossy, type => Assert.False(KeyCodecs.IndexPart(type).IsExact));
        Assert.All(exact, type => Assert.True(KeyCodecs.IndexPart(type).IsExact));
    }

    [Fact]
    public void IsSupported_OtherTypes_IsFalseAndPrimaryNamesTheType()
    {
        Type[] others =
        [
            typeof(object), typeof(List<int>), typeof(KeyValuePair<int, int>), typeof(Uri), typeof(nint), typeof(int[]),
            typeof(ValueTuple), typeof((int, object)), typeof(KeyCodecTests), new { }.GetType(), typeof(ValueTuple<,>),
        ];
        foreach (var type in others)
        {
            Assert.False(KeyCodecs.IsSupported(type));
            var error = Assert.Throws<NotSupportedException>(() => KeyCodecs.Primary(type));
            Assert.Contains(type.ToString(), error.Message, StringComparison.Ordinal);
            Assert.Throws<NotSupportedException>(() => KeyCodecs.IndexPart(type));
        }

        Assert.Throws<NotSupportedException>(() => KeyCodecs.Primary<object>());
        Assert.True(KeyCodecs.IsSupported(typeof((int?, string, byte[]))));
    }

    [Fact]
    public void Encode_NullOrWrongTypeOrLoneSurrogate_IsAnArgumentException()
    {
        Assert.Throws<ArgumentNullException>(() => KeyCodecLaws.Encode(KeyCodecs.Primary<string>(), null!));
        Assert.Throws<ArgumentNullException>(() => KeyCodecLaws.Encode(KeyCodecs.Primary<int?>(), null));
        Assert.Throws<ArgumentNullException>(() => KeyCodecLaws.EncodeObject(KeyCodecs.Primary<int>(), null));
        Assert.Throws<ArgumentException>(() => KeyCodecLaws.EncodeObject(KeyCodecs.Primary<int>(), 1L));
        foreach (var lone in new[] { "\uD800", "a\uDC00", "\uD800\uD800\uDC00", "\uDC00\uD800", "\uD800é" })
        {
            Assert.Throws<ArgumentException>(() => KeyCodecLaws.Encode(KeyCodecs.Primary<string>(), lone));
            Assert.Throws<ArgumentException>(() => KeyCodecLaws.Encode(KeyCodecs.Primary<(int, string)>(), (1, lone)));
        }
    }

    [Fact]
    public void EncodeObject_EnumAsItsInteger_IsTheEnum() =>
        Assert.Equal(
            KeyCodecLaws.EncodeObject(KeyCodecs.IndexPart(typeof(DayOfWeek)), DayOfWeek.Friday),
            KeyCodecLaws.EncodeObject(KeyCodecs.IndexPart(typeof(DayOfWeek)), 5));

    [Theory]
    [InlineData(typeof(bool), "02")]
    [InlineData(typeof(double), "7FFFFFFFFFFFFFFF")]
    [InlineData(typeof(double), "0000000000000001")]
    [InlineData(typeof(double), "FFFFFFFFFFFFFFFF")]
    [InlineData(typeof(float), "7FFFFFFF")]
    [InlineData(typeof(DateTime), "FFFFFFFFFFFFFFFF")]
    [InlineData(typeof(DateTimeOffset), "7FFFFFFFFFFFFFFF")]
    [InlineData(typeof(DateOnly), "7FFFFFFF")]
    [InlineData(typeof(TimeOnly), "7FFFFFFFFFFFFFFF")]
    [InlineData(typeof(string), "0100")]
    [InlineData(typeof(string), "010300")]
    [InlineData(typeof(string), "C08000")]
    [InlineData(typeof(string), "C1BF00")]
    [InlineData(typeof(string), "8000")]
    [InlineData(typeof(string), "E0808000")]
    [InlineData(typeof(string), "C300")]
    [InlineData(typeof(string), "EDA08000")]
    [InlineData(typeof(string), "EDB080EDA08000")]
    [InlineData(typeof(string), "F09F988000")]
    [InlineData(typeof(string), "FF00")]
    [InlineData(typeof(byte[]), "0100")]
    [InlineData(typeof(byte[]), "010300")]
    [InlineData(typeof(decimal), "9D15151515151515151515151515151515")]
    [InlineData(typeof(decimal), "9DC8")]
    [InlineData(typeof(decimal), "9D00")]
    [InlineData(typeof(decimal), "9D02")]
    [InlineData(typeof(decimal), "9D1500")]
    [InlineData(typeof(decimal), "FF14")]
    [InlineData(typeof(decimal), "BA14")]
    [InlineData(typeof(decimal), "B9C6")]
    [InlineData(typeof(decimal), "811514")]
    public void Decode_BytesOfNoValue_IsCorruptDatabase(Type type, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Throws<CorruptDatabaseException>(() => KeyCodecs.Primary(type).DecodeObject(bytes, out _));
        Assert.Throws<CorruptDatabaseException>(() => KeyCodecs.IndexPart(type).DecodeObject([2, .. bytes], out _));
    }

    [Fact]
    public void Decode_RandomBytes_IsTheOneEncodingOrCorruptDatabase()
    {
        Type[] types =
        [
            typeof(bool), typeof(int), typeof(Half), typeof(double), typeof(decimal), typeof(string), typeof(byte[]),
            typeof(DateTime), typeof(DateOnly), typeof(TimeOnly), typeof((string, decimal, byte[])), typeof(DayOfWeek),
        ];
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 24],
            KeyCodecLaws.Pick<byte>(0, 1, 2, 0x61, 0x80, 0xC3, 0xED, 0xA0).Array[0, 12]);
        bytes.Sample(source => Assert.All(types, type =>
        {
            AssertCanonical(KeyCodecs.Primary(type), source);
            AssertCanonical(KeyCodecs.IndexPart(type), source);
            AssertCanonical(KeyCodecs.IndexPart(type, descending: true), source);
        }));
    }

    [Fact]
    public void Successor_OfPrefix_IsTheSmallestAbove()
    {
        Assert.Equal(new byte[] { 2 }, KeyCodecs.Successor([1]));
        Assert.Equal(new byte[] { 2 }, KeyCodecs.Successor([1, 255, 255]));
        Assert.Null(KeyCodecs.Successor([255, 255]));
        Assert.Null(KeyCodecs.Successor([]));
        Gen.Select(Gen.Byte.Array[1, 4], Gen.Byte.Array[0, 5]).Sample((prefix, key) =>
        {
            var isInside = key.AsSpan().StartsWith(prefix);
            var isBelow = KeyCodecs.Successor(prefix) is not { } end || key.AsSpan().SequenceCompareTo(end) < 0;
            Assert.Equal(isInside, key.AsSpan().SequenceCompareTo(prefix) >= 0 && isBelow);
        });
    }

    [Fact]
    public void EncodeStringPrefix_RandomStrings_HoldsExactlyThoseThatStartWithIt()
    {
        var texts = KeyCodecLaws.Pick("a", "b", "\0", "\u0001", "é", "\U0001F600", "\U0001F601", "\uFFFF").Array[0, 4]
            .Select(string.Concat);
        var prefixes = Gen.OneOf(texts, texts.Select(text => text.Length > 0 ? text[..^1] : text));
        Gen.Select(texts, prefixes, Gen.Bool).Sample((text, prefix, descending) =>
        {
            var buffer = new KeyBuffer();
            KeyCodecs.EncodeStringPrefix(prefix, buffer, descending);
            var key = KeyCodecLaws.EncodeObject(KeyCodecs.IndexPart(typeof(string), descending), text);
            Assert.Equal(text.StartsWith(prefix, StringComparison.Ordinal), key.AsSpan().StartsWith(buffer.Span));
            if (!descending)
            {
                var isAtLeast = key.AsSpan().SequenceCompareTo(buffer.Span) >= 0;
                Assert.Equal(string.CompareOrdinal(text, prefix) >= 0, isAtLeast);
            }
        });
    }

    [Fact]
    public void EncodeUtf8Part_RandomStrings_EqualsTheStringsEncoding()
    {
        var texts = KeyCodecLaws.Pick("a", "bcd", "\0", "\u0001", "é", "\u0800", "\U0001F600", "\uFFFF").Array[0, 6]
            .Select(string.Concat);
        Gen.Select(texts, Gen.Bool).Sample((text, descending) =>
        {
            var buffer = new KeyBuffer();
            KeyCodecs.EncodeUtf8Part(System.Text.Encoding.UTF8.GetBytes(text), buffer, descending);
            var codec = KeyCodecs.IndexPart(typeof(string), descending);
            Assert.Equal(KeyCodecLaws.EncodeObject(codec, text), buffer.ToArray());
        });
        Assert.Throws<CorruptDatabaseException>(() => KeyCodecs.EncodeUtf8Part([0xED, 0xA0, 0x80], new KeyBuffer()));
    }

    [Fact]
    public void MeasurePart_CutAndWholeParts_FindsTheirEnd()
    {
        var codec = KeyCodecs.IndexPart(typeof(string));
        foreach (var length in new[] { 0, 1, 237, 238, 239, 240, 500 })
        {
            var part = KeyCodecLaws.EncodeObject(codec, new string('x', length));
            var expected = Math.Min(part.Length, 240);
            byte[] entry = [.. part.AsSpan(0, expected), 0, 0, 7];
            Assert.Equal(expected, KeyCodecs.MeasurePart(codec, entry, 240, out var isCut));
            Assert.Equal(part.Length > 240, isCut);
        }

        Assert.Throws<CorruptDatabaseException>(() => KeyCodecs.MeasurePart(codec, [1, 65, 65], 240, out _));
    }

    [Fact]
    public void Comparer_OfStringsInTuples_IsOrdinal()
    {
        Assert.True(KeyCodecs.Comparer<(string, int)>().Compare(("a", 1), ("B", 0)) > 0);
        Assert.True(KeyCodecs.Comparer<object>().Compare("a", "B") > 0);
        Assert.True(KeyCodecs.Comparer<string?>().Compare(null, "") < 0);
        Assert.Equal(0, KeyCodecs.Comparer<double>().Compare(0.0, -0.0));
        Assert.True(KeyCodecs.Comparer<double>().Compare(double.NaN, double.NegativeInfinity) < 0);
        Assert.True(KeyCodecs.Comparer<Version>().Compare(new Version(1, 2), new Version(1, 10)) < 0);
    }

    [Fact]
    public void Encode_HotTypes_AllocatesNothing()
    {
        AssertAllocatesNothing(42L);
        AssertAllocatesNothing(42);
        AssertAllocatesNothing(Guid.NewGuid());
        AssertAllocatesNothing("some text with an é in it");
        AssertAllocatesNothing(DayOfWeek.Friday);
        AssertAllocatesNothing(12.5m);
        AssertAllocatesNothing((1, "two", 3.0));
    }

    private static void AssertAllocatesNothing<T>(T value)
    {
        var (codec, buffer) = (KeyCodecs.Primary<T>(), new KeyBuffer());
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            buffer.Clear();
            codec.Encode(value, buffer);
            Assert.True(i < 2 || GC.GetAllocatedBytesForCurrentThread() == before);
        }
    }

    private static void AssertCanonical(KeyCodec codec, byte[] source)
    {
        object? value;
        int consumed;
        try
        {
            value = codec.DecodeObject(source, out consumed);
        }
        catch (CorruptDatabaseException)
        {
            return;
        }

        Assert.Equal(source[..consumed], KeyCodecLaws.EncodeObject(codec, value));
    }

    private static void AssertBytes<T>(string hex, T value) =>
        Assert.Equal(hex, Convert.ToHexString(KeyCodecLaws.Encode(KeyCodecs.Primary<T>(), value)));
}

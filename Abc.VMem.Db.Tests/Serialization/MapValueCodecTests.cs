using System.Buffers;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class MapValueCodecTests
{
    [Fact]
    public void Decode_EveryKnownType_GivesBackWhatWasEncoded()
    {
        RoundTrip(true, 1);
        RoundTrip((byte)200, 1);
        RoundTrip((sbyte)-100, 1);
        RoundTrip('\uD800', 2);
        RoundTrip(short.MinValue, 2);
        RoundTrip(ushort.MaxValue, 2);
        RoundTrip(int.MinValue, 4);
        RoundTrip(uint.MaxValue, 4);
        RoundTrip(long.MinValue, 8);
        RoundTrip(ulong.MaxValue, 8);
        RoundTrip(Int128.MinValue, 16);
        RoundTrip(UInt128.MaxValue, 16);
        RoundTrip((Half)1.5, 2);
        RoundTrip(float.Epsilon, 4);
        RoundTrip(double.NaN, 8);
        RoundTrip(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 16);
        RoundTrip(TimeSpan.MinValue, 8);
        RoundTrip(DateOnly.MaxValue, 4);
        RoundTrip(TimeOnly.MaxValue, 8);
        RoundTrip(new byte[] { 1, 2 }, 2);
        RoundTrip("Grüße \U0001F600", 12);
        RoundTrip("", 0);
    }

    [Fact]
    public void Decode_ValuesWithMoreThanEquality_KeepsAllOfIt()
    {
        Assert.Equal("1.00", RoundTrip(1.00m, 16).ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var kind in Enum.GetValues<DateTimeKind>())
        {
            Assert.Equal(kind, RoundTrip(new DateTime(2024, 2, 29, 1, 2, 3, kind), 9).Kind);
        }

        var moment = new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromMinutes(-210));
        Assert.Equal(moment.Offset, RoundTrip(moment, 10).Offset);
    }

    [Fact]
    public void Decode_PlainClass_GivesBackItsMembers()
    {
        var value = new Sample { Name = "x", At = new DateTime(2024, 1, 1), Price = 1.50m };
        var codec = MapValueCodecs.For<Sample>();
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(value, buffer);
        var copy = codec.Decode(buffer.WrittenMemory);
        Assert.Equal(("x", value.At, value.At.Kind, 1.50m), (copy.Name, copy.At, copy.At.Kind, copy.Price));
        Assert.Equal(DayOfWeek.Friday, RoundTrip(DayOfWeek.Friday, 1));
        Assert.Null(RoundTrip<int?>(null, 1));
    }

    [Fact]
    public void Decode_BytesOfAnotherType_ThrowsTyped()
    {
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<int>().Decode(new byte[5]));
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<string>().Decode(new byte[] { 0xFF }));
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<Sample>().Decode(new byte[] { 0xC1 }));
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<Sample>().Decode(Array.Empty<byte>()));
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<DateOnly>().Decode(BitConverter.GetBytes(-1)));
        byte[] date = new byte[9];
        date[8] = 3;
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<DateTime>().Decode(date));
        byte[] amount = new byte[16];
        amount[15] = 0x7F;
        Assert.Throws<DocumentException>(() => MapValueCodecs.For<decimal>().Decode(amount));
    }

    [Fact]
    public void Encode_LoneSurrogate_Throws() => Assert.Throws<DocumentException>(
        () => MapValueCodecs.For<string>().Encode("\uD800", new ArrayBufferWriter<byte>()));

    private static T RoundTrip<T>(T value, int bytes)
    {
        var codec = MapValueCodecs.For<T>();
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(value, buffer);
        Assert.Equal(bytes, buffer.WrittenCount);
        var copy = codec.Decode(buffer.WrittenMemory);
        Assert.Equal(value, copy);
        return copy;
    }

    /// <summary>A plain class.</summary>
    public sealed class Sample
    {
        public string Name { get; set; } = "";

        public DateTime At { get; set; }

        public decimal Price { get; set; }
    }
}

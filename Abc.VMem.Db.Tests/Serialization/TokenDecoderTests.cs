using System.Text;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;
using CsCheck;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class TokenDecoderTests
{
    [Fact]
    public void TryReads_OwnTokens_GiveTheValue()
    {
        Gen.Long.Sample(v => TokenDecoder.TryReadInt64(Token(v), out var read) && read == v);
        Gen.Int[-40_000, 70_000].Sample(v => TokenDecoder.TryReadInt64(Token(v), out var read) && read == v);
        Gen.ULong.Sample(v => TokenDecoder.TryReadUInt64(Token(v), out var read) && read == v);
        Gen.Double.Sample(v => TokenDecoder.TryReadDouble(Token(v), out var read) && read.Equals(v));
        Gen.Float.Sample(v => TokenDecoder.TryReadDouble(Token(v), out var read) && read.Equals((double)v));
        Gen.Decimal.Sample(v => TokenDecoder.TryReadDecimal(Token(v), out var read) && read == v);
        Gen.Guid.Sample(v => TokenDecoder.TryReadGuid(Token(v), out var read) && read == v);
        Gen.DateTime.Sample(
            v => TokenDecoder.TryReadDateTime(Token(v), out var read) && read == v && read.Kind == v.Kind);
        Gen.DateTimeOffset.Sample(v => TokenDecoder.TryReadDateTimeOffset(Token(v), out var read) && read.EqualsExact(v)
            && TokenDecoder.TryReadUtcTicks(Token(v), out var ticks) && ticks == v.UtcTicks);
        Gen.TimeSpan.Sample(v => TokenDecoder.TryReadTimeSpan(Token(v), out var read) && read == v);
        Gen.Bool.Sample(v => TokenDecoder.TryReadBoolean(Token(v), out var read) && read == v);
        Gen.Int[0, 300].Select(n => new string('x', n)).Sample(
            v => TokenDecoder.TryReadUtf8(Token(v), out var read) && Encoding.UTF8.GetString(read) == v);
        Gen.Int[0, 70_000].Sample(
            n => TokenDecoder.TryReadCount(Token(new int[n]), out var read) && read == n, iter: 20);
    }

    [Fact]
    public void TryReads_AnyBytes_NeverThrow() => Gen.Byte.Array[0, 20].Sample(
        bytes =>
        {
            TokenDecoder.TryReadBoolean(bytes, out _);
            TokenDecoder.TryReadInt64(bytes, out _);
            TokenDecoder.TryReadUInt64(bytes, out _);
            TokenDecoder.TryReadDouble(bytes, out _);
            TokenDecoder.TryReadDecimal(bytes, out _);
            TokenDecoder.TryReadGuid(bytes, out _);
            TokenDecoder.TryReadDateTime(bytes, out _);
            TokenDecoder.TryReadDateTimeOffset(bytes, out _);
            TokenDecoder.TryReadTimeSpan(bytes, out _);
            TokenDecoder.TryReadUtf8(bytes, out _);
            TokenDecoder.TryReadCount(bytes, out _);
            TokenDecoder.IsNull(bytes);
        },
        iter: 200_000);

    [Fact]
    public void TryReads_OtherKinds_ReturnFalse()
    {
        Assert.False(TokenDecoder.TryReadInt64(Token(ulong.MaxValue), out _));
        Assert.False(TokenDecoder.TryReadUInt64(Token(-1), out _));
        Assert.False(TokenDecoder.TryReadInt64(Token("1"), out _));
        Assert.False(TokenDecoder.TryReadUtf8(Token(1), out _));
        Assert.False(TokenDecoder.TryReadDecimal(Token(Guid.NewGuid()), out _));
        Assert.False(TokenDecoder.TryReadInt64([TokenCode.Nil], out _));
        Assert.True(TokenDecoder.IsNull(Token<string?>(null)));
    }

    [Fact]
    public void Decode_Token_GivesTheValue()
    {
        Assert.Equal(5, TokenDecoder.Decode<int>(Token(5L)));
        Assert.Equal(DayOfWeek.Friday, TokenDecoder.DecodeTo(typeof(DayOfWeek?), Token(5)));
        Assert.Null(TokenDecoder.DecodeTo(typeof(int?), Token<int?>(null)));
        Assert.Throws<DocumentException>(() => TokenDecoder.Decode<byte>(Token(300)));
        Assert.Throws<CorruptDatabaseException>(() => TokenDecoder.Decode<byte>(Token("a")));
    }

    private static byte[] Token<T>(T value)
    {
        var schema = DocumentRoundTrip.SchemaOf<Box<T>>();
        var document = DocumentRoundTrip.Encode(new Box<T> { Value = value }, schema);
        return FieldReader.Bind(schema, typeof(Box<T>), FieldPath.Parse("Value"))!.Read(document).ToArray();
    }
}

using System.Buffers;
using Abc.VMem.Db.Serialization;
using CsCheck;
using MessagePack;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class MessagePackSkipperTests
{
    /// <summary>One token for every first byte, with contents where it has some.</summary>
    public static TheoryData<int> Codes() => [.. Enumerable.Range(0, 256)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void TrySkip_EveryCode_MeasuresTheToken(int code)
    {
        var token = Token((byte)code);
        byte[] followed = [.. token, 0xFF, 0xC1];
        Assert.True(MessagePackSkipper.TrySkip(followed, out var size));
        Assert.Equal(token.Length, size);
        Assert.True(MessagePackSkipper.TrySkip(followed, 3, out size));
        Assert.Equal(followed.Length, size);
        for (var length = 0; length < token.Length; length++)
        {
            Assert.False(MessagePackSkipper.TrySkip(token.AsSpan(0, length), out size));
            Assert.Equal(0, size);
        }
    }

    [Fact]
    public void TrySkip_LibrarysTokens_AgreesWithItsReader() => Gen.Int[0, 1000].Sample(
        seed =>
        {
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(buffer);
            WriteRandom(ref writer, new Random(seed), 0);
            writer.Flush();
            return MessagePackSkipper.TrySkip(buffer.WrittenSpan, out var size) && size == buffer.WrittenCount;
        },
        iter: 1000);

    [Fact]
    public void TrySkip_RandomBytes_NeverThrows() => Gen.Byte.Array[0, 40].Sample(
        bytes =>
        {
            var isWhole = MessagePackSkipper.TrySkip(bytes, out var size);
            return isWhole ? size > 0 && size <= bytes.Length : size == 0;
        },
        iter: 100_000);

    [Fact]
    public void TrySkip_DeepNesting_NeedsNoStack()
    {
        var deep = new byte[1 << 20];
        Array.Fill(deep, (byte)0x91);
        Assert.False(MessagePackSkipper.TrySkip(deep, out _));
        deep[^1] = 0xC0;
        Assert.True(MessagePackSkipper.TrySkip(deep, out var size));
        Assert.Equal(deep.Length, size);
    }

    [Fact]
    public void TrySkip_HugeCounts_EndAtOnce()
    {
        Assert.False(MessagePackSkipper.TrySkip([0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 0], out _));
        Assert.False(MessagePackSkipper.TrySkip([0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 0], out _));
        Assert.False(MessagePackSkipper.TrySkip([0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 0], out _));
        Assert.False(MessagePackSkipper.TrySkip([0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 0], out _));
    }

    private static byte[] Token(byte code) => code switch
    {
        <= 0x7F or >= 0xE0 or (>= 0xC0 and <= 0xC3) => [code],
        <= 0x8F => [code, .. Enumerable.Repeat((byte)0x01, 2 * (code & 0xF))],
        <= 0x9F => [code, .. Enumerable.Repeat((byte)0x01, code & 0xF)],
        <= 0xBF => [code, .. new byte[code & 0x1F]],
        0xC4 or 0xD9 => [code, 200, .. new byte[200]],
        0xC5 or 0xDA => [code, 1, 0, .. new byte[256]],
        0xC6 or 0xDB => [code, 0, 0, 1, 0, .. new byte[256]],
        0xC7 => [code, 200, 7, .. new byte[200]],
        0xC8 => [code, 1, 0, 7, .. new byte[256]],
        0xC9 => [code, 0, 0, 1, 0, 7, .. new byte[256]],
        0xCC or 0xD0 => [code, 0],
        0xCD or 0xD1 => [code, .. new byte[2]],
        0xCA or 0xCE or 0xD2 => [code, .. new byte[4]],
        0xCB or 0xCF or 0xD3 => [code, .. new byte[8]],
        >= 0xD4 and <= 0xD8 => [code, 7, .. new byte[1 << (code - 0xD4)]],
        0xDC => [code, 1, 0, .. new byte[256]],
        0xDD => [code, 0, 0, 1, 0, .. new byte[256]],
        0xDE => [code, 0, 100, .. new byte[200]],
        _ => [code, 0, 0, 0, 100, .. new byte[200]],
    };

    private static void WriteRandom(ref MessagePackWriter writer, Random random, int depth)
    {
        switch (random.Next(depth > 4 ? 7 : 9))
        {
            case 0:
                writer.Write(random.NextInt64() >> random.Next(64));
                break;
            case 1:
                writer.Write(-random.NextInt64() >> random.Next(64));
                break;
            case 2:
                writer.Write(new string('x', random.Next(400)));
                break;
            case 3:
                writer.Write(new byte[random.Next(70_000)]);
                break;
            case 4:
                writer.Write(random.NextDouble());
                break;
            case 5:
                writer.WriteExtensionFormat(new ExtensionResult(9, new byte[random.Next(300)]));
                break;
            case 6:
                writer.WriteNil();
                break;
            case 7:
                WriteContainer(ref writer, random, depth, false);
                break;
            default:
                WriteContainer(ref writer, random, depth, true);
                break;
        }
    }

    private static void WriteContainer(ref MessagePackWriter writer, Random random, int depth, bool isMap)
    {
        var count = random.Next(20);
        if (isMap)
        {
            writer.WriteMapHeader(count);
        }
        else
        {
            writer.WriteArrayHeader(count);
        }

        for (var i = 0; i < (isMap ? 2 * count : count); i++)
        {
            WriteRandom(ref writer, random, depth + 1);
        }
    }
}

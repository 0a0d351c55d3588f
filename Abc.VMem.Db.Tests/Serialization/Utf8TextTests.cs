using System.Text;
using Abc.VMem.Db.Serialization;
using CsCheck;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class Utf8TextTests
{
    private static readonly string[] Units =
    [
        "", "\0", "a", "b", "z", "\u007F", "\u0080", "ä", "\u07FF", "\u0800", "€", "\uD7FF", "\uE000", "\uEFFF",
        "\uF000", "\uFFFF", "\U00010000", "😀", "\U000FFFFF", "\U00100000", "\U0010FFFF",
    ];

    private static readonly Gen<string> Texts =
        Gen.Int[0, Units.Length - 1].Select(i => Units[i]).Array[0, 6].Select(string.Concat);

    [Fact]
    public void CompareOrdinal_EveryPairOfUnits_IsTheOrderOfUtf16()
    {
        foreach (var left in Units)
        {
            foreach (var right in Units)
            {
                Assert.Equal(
                    Math.Sign(string.CompareOrdinal(left, right)),
                    Math.Sign(Utf8Text.CompareOrdinal(Utf8(left), Utf8(right))));
            }
        }
    }

    [Fact]
    public void CompareOrdinal_Texts_IsTheOrderOfUtf16() => Gen.Select(Texts, Texts, Texts).Sample(
        (common, left, right) => Math.Sign(string.CompareOrdinal(common + left, common + right))
            == Math.Sign(Utf8Text.CompareOrdinal(Utf8(common + left), Utf8(common + right))),
        iter: 50_000);

    [Fact]
    public void Searches_Texts_AreThoseOfString() => Gen.Select(Texts, Texts).Sample(
        (text, value) =>
            Utf8Text.Equals(Utf8(text), Utf8(value)) == string.Equals(text, value, StringComparison.Ordinal)
            && Utf8Text.StartsWith(Utf8(text), Utf8(value)) == text.StartsWith(value, StringComparison.Ordinal)
            && Utf8Text.EndsWith(Utf8(text), Utf8(value)) == text.EndsWith(value, StringComparison.Ordinal)
            && Utf8Text.Contains(Utf8(text), Utf8(value)) == text.Contains(value, StringComparison.Ordinal)
            && Utf8Text.Length(Utf8(text)) == text.Length,
        iter: 50_000);

    [Fact]
    public void TryEncode_LoneSurrogate_ReturnsFalse()
    {
        Assert.False(Utf8Text.TryEncode("a\uD800", out _));
        Assert.True(Utf8Text.TryEncode("ä😀", out var utf8));
        Assert.Equal(Utf8("ä😀"), utf8);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

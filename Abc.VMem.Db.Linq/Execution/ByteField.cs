using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>A test of one field, as intervals of its encoding.</summary>
/// <param name="source">Where the value is.</param>
/// <param name="encoding">How it is encoded.</param>
/// <param name="encoder">Encodes its tokens.</param>
/// <param name="test">The test.</param>
internal sealed class ByteField(
    TokenSource source, FieldEncoding encoding, TokenKeyEncoder encoder, FieldTest test) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments)
    {
        if (test.Bind(encoding, arguments) is not { } set)
        {
            return null;
        }

        return set.IsAll || set.IsEmpty ? new ConstantTest(set.IsAll)
            : TextEqualityTest.TryCreate(source, encoding, set) ?? NumberTest.TryCreate(source, encoding, set)
            ?? new EncodedTest(source, encoder, set);
    }

    /// <summary>Any type: the value is encoded and looked up in the intervals.</summary>
    private sealed class EncodedTest(TokenSource source, TokenKeyEncoder encoder, IntervalSet set) : ByteTest
    {
        private readonly KeyBuffer _buffer = new();

        public override bool Test(ReadOnlySpan<byte> bytes)
        {
            _buffer.Clear();
            encoder.Append(source.Read(bytes), _buffer);
            return set.Contains(_buffer.Span);
        }
    }
}

/// <summary>Equality with one text: its UTF-8 is compared in place.</summary>
internal sealed class TextEqualityTest : ByteTest
{
    private readonly TokenSource _source;
    private readonly byte[] _utf8;

    private TextEqualityTest(TokenSource source, byte[] utf8) => (_source, _utf8) = (source, utf8);

    /// <summary>The test; null when the intervals are not one text.</summary>
    public static ByteTest? TryCreate(TokenSource source, FieldEncoding encoding, IntervalSet set)
    {
        var isOne = encoding.Type == typeof(string) && set.Intervals.Length == 1 && set.Intervals[0].IsPoint;
        return isOne && encoding.Codec.DecodeObject(set.Intervals[0].From, out _) is string text
            && Utf8Text.TryEncode(text, out var utf8)
            ? new TextEqualityTest(source, utf8)
            : null;
    }

    /// <inheritdoc/>
    public override bool Test(ReadOnlySpan<byte> bytes) =>
        TokenDecoder.TryReadUtf8(_source.Read(bytes), out var utf8) && utf8.SequenceEqual(_utf8);
}

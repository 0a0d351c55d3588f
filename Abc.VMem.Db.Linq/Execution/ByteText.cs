using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>A search in a text: its UTF-8 is searched in place.</summary>
internal sealed class ByteText(TokenSource source, bool atEnd, Expression part) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments)
    {
        var text = Operand.TryGet(part, arguments, out var value)
            ? value as string ?? (value as char?)?.ToString()
            : null;
        return text is not null && Utf8Text.TryEncode(text, out var utf8) ? new Search(source, atEnd, utf8) : null;
    }

    private sealed class Search(TokenSource source, bool atEnd, byte[] part) : ByteTest
    {
        public override bool Test(ReadOnlySpan<byte> bytes) =>
            TokenDecoder.TryReadUtf8(source.Read(bytes), out var utf8)
            && (atEnd ? Utf8Text.EndsWith(utf8, part) : Utf8Text.Contains(utf8, part));
    }
}

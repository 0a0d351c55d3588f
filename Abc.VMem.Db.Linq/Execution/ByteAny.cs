using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Whether a list has an element that passes; any element when no condition is given.</summary>
internal sealed class ByteAny(TokenSource source, FieldReader list, ByteCondition? element) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments)
    {
        if (element is null)
        {
            return new NotEmpty(source);
        }

        return element.Bind(arguments) is { } test ? new Any(list, test) : null;
    }

    private sealed class NotEmpty(TokenSource source) : ByteTest
    {
        public override bool Test(ReadOnlySpan<byte> bytes) =>
            TokenDecoder.TryReadCount(source.Read(bytes), out var count) && count > 0;
    }

    private sealed class Any(FieldReader list, ByteTest test) : ByteTest
    {
        private static readonly TokenVisitor<ByteTest> GoOnUntilFound = (token, ref test) => !test.Test(token);

        private ByteTest _test = test;

        public override bool Test(ReadOnlySpan<byte> bytes) => !list.ReadEach(bytes, ref _test, GoOnUntilFound);
    }
}

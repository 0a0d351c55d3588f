using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Whether a field that can't be a key, such as a nested document, is null.</summary>
internal sealed class ByteNull(TokenSource source, ExpressionType comparison) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments) =>
        comparison is ExpressionType.Equal or ExpressionType.NotEqual
            ? new NullTest(source, comparison == ExpressionType.Equal)
            : null;

    private sealed class NullTest(TokenSource source, bool wanted) : ByteTest
    {
        public override bool Test(ReadOnlySpan<byte> bytes) => TokenDecoder.IsNull(source.Read(bytes)) == wanted;
    }
}

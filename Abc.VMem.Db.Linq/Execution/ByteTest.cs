using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>A condition on a document's bytes, with the values of one execution. Pure; not thread-safe.</summary>
internal abstract class ByteTest
{
    /// <summary>Whether it holds for a document, or for an element of a list in it.</summary>
    public abstract bool Test(ReadOnlySpan<byte> bytes);
}

/// <summary>A condition that can be tested on bytes, without values. Immutable, thread-safe.</summary>
internal abstract class ByteCondition
{
    /// <summary>The test with an execution's values; null when these values leave it to the compiled predicate.</summary>
    public abstract ByteTest? Bind(QueryArguments arguments);
}

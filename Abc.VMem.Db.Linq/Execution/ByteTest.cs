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
    /// <summary>
    /// The test with an execution's values; null when these values leave it to the compiled predicate.
    /// </summary>
    public abstract ByteTest? Bind(QueryArguments arguments);
}

/// <summary>The opposite of a condition.</summary>
internal sealed class ByteNot(ByteCondition inner) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments) =>
        inner.Bind(arguments) is { } test ? new Negation(test) : null;

    private sealed class Negation(ByteTest inner) : ByteTest
    {
        public override bool Test(ReadOnlySpan<byte> bytes) => !inner.Test(bytes);
    }
}

/// <summary>Two conditions, of which both must hold, or one.</summary>
internal sealed class BytePair(ByteCondition left, ByteCondition right, bool isAnd) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments)
    {
        if (left.Bind(arguments) is not { } first)
        {
            return null;
        }

        // A captured condition that decides alone keeps the other side's values unevaluated.
        if (first is ConstantTest constant && constant.Value != isAnd)
        {
            return first;
        }

        return right.Bind(arguments) is not { } second ? null
            : first is ConstantTest ? second
            : isAnd ? new And(first, second)
            : new Or(first, second);
    }

    private sealed class And(ByteTest left, ByteTest right) : ByteTest
    {
        public override bool Test(ReadOnlySpan<byte> bytes) => left.Test(bytes) && right.Test(bytes);
    }

    private sealed class Or(ByteTest left, ByteTest right) : ByteTest
    {
        public override bool Test(ReadOnlySpan<byte> bytes) => left.Test(bytes) || right.Test(bytes);
    }
}

/// <summary>A condition on no document.</summary>
internal sealed class ByteConstant(Planning.ConstantCondition condition) : ByteCondition
{
    /// <inheritdoc/>
    public override ByteTest? Bind(QueryArguments arguments) =>
        condition.Evaluate(arguments) is { } holds ? new ConstantTest(holds) : null;
}

/// <summary>The same answer for every document.</summary>
internal sealed class ConstantTest(bool value) : ByteTest
{
    /// <summary>The answer.</summary>
    public bool Value => value;

    /// <inheritdoc/>
    public override bool Test(ReadOnlySpan<byte> bytes) => value;
}

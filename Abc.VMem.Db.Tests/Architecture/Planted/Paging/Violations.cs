using Abc.VMem.Db.Tests.Architecture.Planted.Serialization;
using Abc.VMem.Db.Tests.Architecture.Planted.Transactions;

namespace Abc.VMem.Db.Tests.Architecture.Planted.Paging;

/// <summary>Breaks no rule.</summary>
internal sealed class Innocent
{
    public int Value { get; set; }
}

/// <summary>Child namespaces see their parents: no using gives this call away.</summary>
internal static class CallsFacadeWithoutUsing
{
    public static int Call() => Facade.Open();
}

/// <summary>Uses a layer with the same number.</summary>
internal static class CallsSibling
{
    public static int Call() => Sibling.Count;
}

/// <summary>The call hides in a closure.</summary>
internal static class CallsUpInLambda
{
    public static Func<int> Call(int add) => () => Upper.Count + add;
}

/// <summary>The call hides in a state machine.</summary>
internal static class CallsUpFromIterator
{
    public static IEnumerable<int> Call()
    {
        yield return Upper.Count;
    }
}

/// <summary>The upper type is only a field's.</summary>
internal sealed class HoldsUpperGeneric
{
    public Upper<int>? Held { get; set; }
}

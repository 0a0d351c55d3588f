namespace Abc.VMem.Db.Tests.Architecture.Planted.Transactions;

/// <summary>Stands for a layer above.</summary>
internal static class Upper
{
    public static int Count { get; set; }
}

/// <summary>Stands for a generic type of a layer above.</summary>
internal sealed class Upper<T>
{
    public T? Value { get; set; }
}

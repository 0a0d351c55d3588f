namespace Abc.VMem.Db.Tests.Architecture.Planted;

/// <summary>Stands for the facade: every call from here goes down, which is allowed.</summary>
internal static class Facade
{
    public static int Open() => new Paging.Innocent().Value + Transactions.Upper.Count;
}

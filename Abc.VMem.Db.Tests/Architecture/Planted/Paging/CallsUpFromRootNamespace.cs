using Abc.VMem.Db.Tests.Architecture.Planted.Transactions;

#pragma warning disable IDE0130 // The point: the namespace is the facade's, the folder a lower layer's.
namespace Abc.VMem.Db.Tests.Architecture.Planted;
#pragma warning restore IDE0130

/// <summary>Lives in a lower layer under the root namespace, as the map and the exceptions do.</summary>
internal static class CallsUpFromRootNamespace
{
    public static int Call() => Upper.Count;
}

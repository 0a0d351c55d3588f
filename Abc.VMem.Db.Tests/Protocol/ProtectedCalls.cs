using System.Runtime.CompilerServices;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>What the engine's own thread calls, for tests that stand in its place.</summary>
internal static class ProtectedCalls
{
    /// <summary>One turn of the maintenance thread.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Maintain")]
    public static extern void Maintain(Engine engine, bool checkpoint, bool sweep);
}

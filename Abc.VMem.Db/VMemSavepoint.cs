using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// A moment of a transaction that it can be rolled back to, any number of times, until it is rolled back to an earlier
/// one or ends. Costs nothing by itself; pages changed before it and again after it are kept twice.
/// </summary>
public sealed class VMemSavepoint
{
    internal VMemSavepoint(Savepoint savepoint) => Inner = savepoint;

    internal Savepoint Inner { get; }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>A moment of a transaction: its pages, and its temporary structures, whose states are in memory.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Number">Its number there.</param>
/// <param name="Temporaries">How to have each temporary structure as it was.</param>
internal sealed record Savepoint(
    Transaction Transaction, int Number, IReadOnlyDictionary<ITemporary, Action> Temporaries);

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// What a collection runs in: the database itself, one of its transactions, or one of its snapshots. Immutable.
/// </summary>
/// <param name="Scope">Gives pages to read and to write.</param>
/// <param name="Catalog">The database's definitions.</param>
/// <param name="IsTransaction">
/// Whether it is a given write transaction, so that nothing can be prepared outside of it.
/// </param>
/// <param name="Work">
/// Memory for sorting and collecting, shared with everyone else: a statement or query takes one share for all it does
/// and gives it back at its end.
/// </param>
internal sealed record DatabaseContext(PageScope Scope, Catalog Catalog, bool IsTransaction, WorkMemory Work)
{
    /// <summary>Most bytes that one statement or query may sort or collect in memory.</summary>
    public long BudgetBytes => Work.LargestGrantBytes;

    /// <summary>Whether each query is compared with LINQ to Objects.</summary>
    public bool VerifiesQueries { get; init; }
}

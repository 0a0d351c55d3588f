using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// What a collection runs in: the database itself, one of its transactions, or one of its snapshots. Immutable.
/// </summary>
/// <param name="Scope">Gives pages to read and to write.</param>
/// <param name="Catalog">The database's definitions.</param>
/// <param name="IsTransaction">
/// Whether it is a given write transaction, so that nothing can be prepared outside of it.
/// </param>
/// <param name="BudgetBytes">Memory that one statement may use for sorting or collecting, in bytes.</param>
internal sealed record DatabaseContext(PageScope Scope, Catalog Catalog, bool IsTransaction, long BudgetBytes);

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>What is known of an operator when its query is planned. Immutable.</summary>
/// <param name="Operator">Its name.</param>
/// <param name="Types">What can be put aside in its query.</param>
/// <param name="IsHandedOut">Whether what follows may keep its groups beyond the query's end.</param>
internal sealed record SpillSite(string Operator, RowTypes Types, bool IsHandedOut);

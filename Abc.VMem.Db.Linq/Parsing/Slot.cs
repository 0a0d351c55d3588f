namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// One value that a query takes from outside: how to evaluate it from the query's constants. Immutable.
/// </summary>
/// <param name="Index">Position among the query's slots.</param>
/// <param name="Type">Type of the value.</param>
/// <param name="Name">How Explain calls it: a variable's name where there is one.</param>
/// <param name="Evaluate">Evaluates it; throws what the application's expression throws.</param>
internal sealed record Slot(int Index, Type Type, string Name, Func<object?[], object?> Evaluate);

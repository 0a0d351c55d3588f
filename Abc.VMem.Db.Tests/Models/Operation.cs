namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// One operation, as data: any operation can run in any state, so that every part of a sequence of them is a sequence
/// that runs, too. It runs against the database and the model, compares, and is written as C# when a script is asked
/// for.
/// </summary>
internal abstract record Operation
{
    /// <summary>Runs it.</summary>
    public abstract void Run(ModelRun run);

    /// <summary>The same with smaller numbers, the smallest first.</summary>
    public virtual IEnumerable<Operation> Smaller() => [];

    /// <summary>Numbers below one that are worth a try.</summary>
    protected static IEnumerable<int> Below(int number, int least = 0)
    {
        for (var part = number; part > 0; part /= 2)
        {
            if (number - part >= least)
            {
                yield return number - part;
            }
        }
    }
}

namespace Abc.VMem.Db.Tests.Models;

internal sealed record Begin : Operation
{
    public override void Run(ModelRun run) => run.Begin();
}

internal sealed record End(TransactionEnd How) : Operation
{
    public override void Run(ModelRun run) => run.End(How);
}

internal sealed record SetSavepoint : Operation
{
    public override void Run(ModelRun run) => run.Savepoint();
}

/// <summary>Goes back to one of the savepoints, or forgets it.</summary>
internal sealed record BackTo(int Which, bool Release) : Operation
{
    public override void Run(ModelRun run) => run.BackTo(Which, Release);
}

internal sealed record BeginSnapshot(int Most) : Operation
{
    public override void Run(ModelRun run)
    {
        if (run.SnapshotCount < Most)
        {
            run.BeginSnapshot();
        }
    }
}

internal sealed record EndSnapshot(int Which) : Operation
{
    public override void Run(ModelRun run) => run.EndSnapshot(Which);
}

internal sealed record Checkpoint : Operation
{
    public override void Run(ModelRun run)
    {
        run.Do("db.Checkpoint();", run.Db.Checkpoint);
        run.Settle();
    }
}

/// <summary>Compacts the file in place; outside of transactions, for it makes its own.</summary>
internal sealed record Compact : Operation
{
    public override void Run(ModelRun run)
    {
        if (!run.IsInTransaction)
        {
            run.Do("db.Compact();", () => run.Db.Compact());
        }
    }
}

/// <summary>Gives back the end of the file; outside of transactions, for it makes its own.</summary>
internal sealed record Truncate : Operation
{
    public override void Run(ModelRun run)
    {
        if (!run.IsInTransaction)
        {
            run.Do("db.Pool.Truncate();", () => run.Db.Pool.Truncate());
        }
    }
}

internal sealed record CheckPages : Operation
{
    public override void Run(ModelRun run) => run.Do("db.Check();", () => run.Db.Check());
}

internal sealed record CompareAt(int Where) : Operation
{
    public override void Run(ModelRun run) => run.CompareAt(Where);
}

internal sealed record CompareAll : Operation
{
    public override void Run(ModelRun run) => run.CompareAll();
}

internal sealed record Reopen(int Pages) : Operation
{
    public override void Run(ModelRun run) => run.Reopen(Pages);
}

/// <summary>The power goes between two operations, or the process is killed.</summary>
internal sealed record LosePower(string Policy, int Seed, int Again) : Operation
{
    public override void Run(ModelRun run) => run.LosePower(Policy, Seed, Again);

    public override IEnumerable<Operation> Smaller() => Below(Again).Select(again => this with { Again = again });
}

/// <summary>The power goes at one of the next calls that change the disk.</summary>
/// <param name="Call">Which call from here.</param>
/// <param name="Policy">What survives.</param>
/// <param name="Seed">For policies at random.</param>
/// <param name="Again">More than 0: it goes again while the database is opened, at about that call.</param>
internal sealed record LosePowerAt(int Call, string Policy, int Seed, int Again) : Operation
{
    public override void Run(ModelRun run) => run.LosePowerAt(Call, Policy, Seed, Again);

    public override IEnumerable<Operation> Smaller() =>
        Below(Again).Select(again => this with { Again = again })
            .Concat(Below(Call, least: 1).Select(call => this with { Call = call }));
}

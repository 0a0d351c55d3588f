using System.Globalization;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>A snapshot that stays open while documents are changed at random: it reads the same to the end.</summary>
internal static class OldSnapshot
{
    private const int BodyBytes = 100;
    private const int UpdatesPerDocument = 10;
    private const int TransactionSize = 100;
    private const int Parts = 5;
    private const int Seed = 7;

    /// <summary>Runs so many updates, of a tenth as many documents.</summary>
    public static void Run(CapRun run, int updates)
    {
        var count = Math.Max(1, updates / UpdatesPerDocument);
        var documents = run.Database.GetCollection<CapDocument>("documents");
        documents.EnsureIndex(d => d.Group);
        run.Step(
            $"load {Text(count)} documents",
            () => documents.InsertMany(Enumerable.Range(1, count).Select(id => CapDocument.Make(id, 0, BodyBytes))));
        using (var snapshot = run.Database.BeginSnapshot())
        {
            var before = CapDocument.Digest(snapshot.GetCollection<CapDocument>("documents").FindAll());
            var random = new Random(Seed);
            for (var part = 1; part <= Parts; part++)
            {
                run.Step(
                    $"{Text(updates / Parts)} random updates under a snapshot, {part} of {Parts}",
                    () => Update(run.Database, random, count, updates / Parts));
                var now = 0UL;
                run.Step(
                    "read the snapshot",
                    () => now = CapDocument.Digest(snapshot.GetCollection<CapDocument>("documents").FindAll()));
                CapRun.Require(now == before, "The snapshot has changed.");
            }
        }

        run.RequireNoSpill();
        run.Database.Check();
        run.Reopen();
    }

    private static void Update(VMemDatabase database, Random random, int count, int updates)
    {
        for (var done = 0; done < updates; done += TransactionSize)
        {
            using var transaction = database.BeginTransaction();
            var inside = transaction.GetCollection<CapDocument>("documents");
            for (var i = 0; i < TransactionSize; i++)
            {
                inside.Update(CapDocument.Make(random.Next(count) + 1, random.Next(1, 1_000), BodyBytes));
            }

            transaction.Commit();
        }
    }

    private static string Text(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

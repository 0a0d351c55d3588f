using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>Several queries that sort and group while documents are loaded: all of them share one cap.</summary>
internal static class Together
{
    private const int BodyBytes = 40;
    private const int Groups = 5_000;
    private const int Readers = 4;

    /// <summary>Runs over so many documents, and loads as many again.</summary>
    public static void Run(CapRun run, int count)
    {
        var documents = run.Database.GetCollection<CapDocument>("documents");
        documents.InsertMany(Enumerable.Range(1, count).Select(id => CapDocument.Make(id, 0, BodyBytes)));
        run.Step(
            FormattableString.Invariant($"{Readers} queries at once over {count:N0}, and as large a load"),
            () => Parallel.Invoke(
            [
                () => Load(run.Database, count),
                .. Enumerable.Range(0, Readers).Select<int, Action>(reader => () => Read(documents, count, reader)),
            ]));
        run.RequireNoSpill();
        run.Reopen();
    }

    private static void Load(VMemDatabase database, int count)
    {
        var loaded = database.GetCollection<CapDocument>("loaded");
        loaded.EnsureIndex(d => d.Group);
        loaded.InsertMany(Enumerable.Range(1, count).Select(id => CapDocument.Make(count + 1 - id, 0, BodyBytes)));
        CapRun.Require(loaded.Count == count, "The load lost documents.");
    }

    private static void Read(DocumentCollection<CapDocument> documents, int count, int reader)
    {
        var seen = reader % 2 == 0
            ? documents.AsQueryable().OrderBy(d => d.Group).AsEnumerable().Count()
            : documents.AsQueryable().GroupBy(d => d.Group % Groups).Select(g => g.Count()).AsEnumerable().Sum();
        CapRun.Require(seen == count, "A query lost documents.");
    }
}

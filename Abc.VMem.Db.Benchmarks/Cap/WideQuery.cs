using System.Globalization;
using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>Queries that sort and group everything there is.</summary>
internal static class WideQuery
{
    private const int BodyBytes = 40;
    private const int Groups = 100_000;

    /// <summary>Runs over so many documents.</summary>
    public static void Run(CapRun run, int count)
    {
        var documents = run.Database.GetCollection<CapDocument>("documents");
        run.Step(
            $"load {Text(count)} documents",
            () => documents.InsertMany(Enumerable.Range(1, count).Select(id => CapDocument.Make(id, 0, BodyBytes))));
        run.Step("sort them by a member without an index", () => Sort(documents, count));
        run.Step("group them", () => Group(documents, count));
        run.Step("distinct values", () => Distinct(documents, count));
        run.Step("delete half of them by a condition", () => documents.DeleteMany(d => d.Group % 2 == 0));
        CapRun.Require(documents.Count < count && documents.FindAll().All(d => d.Group % 2 != 0), "Not all are gone.");
        run.RequireNoSpill();
        run.Reopen();
    }

    private static void Sort(DocumentCollection<CapDocument> documents, int count)
    {
        var (seen, last) = (0, -1);
        foreach (var document in documents.AsQueryable().OrderBy(d => d.Group))
        {
            CapRun.Require(document.Group >= last, "The order is wrong.");
            (seen, last) = (seen + 1, document.Group);
        }

        CapRun.Require(seen == count, "The order lost documents.");
    }

    private static void Group(DocumentCollection<CapDocument> documents, int count)
    {
        var (groups, seen) = (0, 0);
        foreach (var group in documents.AsQueryable()
            .GroupBy(d => d.Group % Groups)
            .Select(g => new { g.Key, Count = g.Count() }))
        {
            (groups, seen) = (groups + 1, seen + group.Count);
        }

        CapRun.Require(seen == count && groups <= Groups, "The groups are wrong.");
    }

    private static void Distinct(DocumentCollection<CapDocument> documents, int count)
    {
        var seen = 0;
        foreach (var _ in documents.AsQueryable().Select(d => d.Group).Distinct())
        {
            seen++;
        }

        CapRun.Require(seen > 0 && seen <= count, "The distinct values are wrong.");
    }

    private static string Text(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>
/// Transactions that insert, update and delete many times the cap, committed and rolled back. Each document is a call
/// of its own, and an index is changed at random places.
/// </summary>
internal static class BigTransaction
{
    // Four or five documents to a page; longer ones would have a page each.
    private const int BodyBytes = 800;

    /// <summary>Runs all of them, so many megabytes each.</summary>
    public static void Run(CapRun run, double megabytes)
    {
        var count = (int)(megabytes * 1048576 / BodyBytes);
        var documents = run.Database.GetCollection<CapDocument>("documents");
        documents.EnsureIndex(d => d.Group);
        var first = Expected(count, 0);
        var second = Expected(count, 1);

        Both(run, documents, $"insert {Text(megabytes)} MB", 0, first, (inside, id) =>
            inside.Insert(CapDocument.Make(id, 0, BodyBytes)), count);
        Both(run, documents, $"update {Text(megabytes)} MB", first, second, (inside, id) =>
            inside.Update(CapDocument.Make(id, 1, BodyBytes)), count);
        Both(run, documents, $"delete {Text(megabytes)} MB", second, 0, (inside, id) => inside.Delete(id), count);
        CapRun.Require(documents.Count == 0, "Documents are left.");
        run.RequireNoSpill();
        run.Reopen();
    }

    private static void Both(
        CapRun run,
        DocumentCollection<CapDocument> documents,
        string work,
        ulong before,
        ulong after,
        Action<DocumentCollection<CapDocument>, int> change,
        int count)
    {
        run.Step($"{work}, roll back", () => Transact(run.Database, change, count, commit: false));
        CapRun.Require(CapDocument.Digest(documents.FindAll()) == before, $"{work}: the rollback left something.");
        run.Step($"{work}, commit", () => Transact(run.Database, change, count, commit: true));
        CapRun.Require(CapDocument.Digest(documents.FindAll()) == after, $"{work}: the commit lost something.");
        run.Database.Check();
    }

    private static void Transact(
        VMemDatabase database, Action<DocumentCollection<CapDocument>, int> change, int count, bool commit)
    {
        using var transaction = database.BeginTransaction();
        var inside = transaction.GetCollection<CapDocument>("documents");
        for (var id = 1; id <= count; id++)
        {
            change(inside, id);
        }

        if (commit)
        {
            transaction.Commit();
        }
    }

    private static ulong Expected(int count, int version) =>
        CapDocument.Digest(Enumerable.Range(1, count).Select(id => CapDocument.Make(id, version, BodyBytes)));

    private static string Text(double megabytes) => megabytes.ToString("0.##", CultureInfo.InvariantCulture);
}

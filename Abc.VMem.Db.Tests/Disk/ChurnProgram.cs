using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>
/// Steps that a process makes until it is killed: each is one commit, or leaves the content as it is, and follows from
/// its number alone. Small caps, so that large transactions go through the temporary file.
/// </summary>
internal static class ChurnProgram
{
    private const int Ids = 600;

    /// <summary>Opens the file and makes steps for ever; prints each number once the step has returned.</summary>
    public static void Run(string path, int first, TextWriter output)
    {
        output.WriteLine("opening");
        using var database = Open(path, first);
        for (var step = first; ; step++)
        {
            Make(database, step);
            output.WriteLine(step);
        }
    }

    /// <summary>Opens the file with a cap that depends on the step.</summary>
    public static VMemDatabase Open(string path, int step) =>
        VMemDatabase.Open(path, new VMemDatabaseOptions { MaxMappedPages = 16 << (step % 4) });

    /// <summary>What the file holds after so many steps: the version of each document.</summary>
    public static SortedDictionary<int, int> After(int steps)
    {
        var model = new SortedDictionary<int, int>();
        for (var step = 1; step <= steps; step++)
        {
            foreach (var (id, isKept) in Changes(step))
            {
                model.Remove(id);
                if (isKept)
                {
                    model.Add(id, step);
                }
            }
        }

        return model;
    }

    /// <summary>Whether the file holds exactly that; the message says what is different.</summary>
    public static string? Differs(VMemDatabase database, SortedDictionary<int, int> model)
    {
        var found = Documents(database).FindAll().ToList();
        var names = found.Select(document => document.Code);
        var expected = model.Select(entry => Make(entry.Key, entry.Value).Code);
        if (!names.SequenceEqual(expected))
        {
            return $"[{string.Join(' ', names.Except(expected))}] instead of "
                + $"[{string.Join(' ', expected.Except(names))}]";
        }

        return found.FirstOrDefault(document => document.Text != Make(document.Id, model[document.Id]).Text)?.Code;
    }

    private static void Make(VMemDatabase database, int step)
    {
        switch (step % 10)
        {
            case 3:
                database.Checkpoint();
                return;
            case 5 when step % 20 == 5:
                database.Compact();
                return;
            case 5:
                Documents(database).DropIndex("Tags[]");
                return;
            case 7:
                Documents(database).EnsureIndex(document => document.Tags);
                return;
            default:
                Change(database, step);
                return;
        }
    }

    private static void Change(VMemDatabase database, int step)
    {
        using var transaction = database.BeginTransaction();
        var documents = transaction.GetCollection<CrashDocument>("documents");
        var savepoint = transaction.Savepoint();
        documents.DeleteMany(Enumerable.Range(step % Ids, 40));
        transaction.RollbackTo(savepoint);
        foreach (var (id, isKept) in Changes(step))
        {
            if (isKept)
            {
                documents.Upsert(Make(id, step));
            }
            else
            {
                documents.Delete(id);
            }
        }

        transaction.Commit();
    }

    /// <summary>The documents that a step puts, or removes.</summary>
    private static IEnumerable<(int Id, bool IsKept)> Changes(int step)
    {
        if (step % 10 is 3 or 5 or 7)
        {
            return [];
        }

        var random = new Random(step);
        var count = step % 10 == 0 ? 200 : random.Next(1, 20);
        var isKept = step % 10 != 4;
        return Enumerable.Range(random.Next(Ids), count).Select(id => (id, isKept));
    }

    private static DocumentCollection<CrashDocument> Documents(VMemDatabase database) =>
        database.GetCollection<CrashDocument>("documents");

    private static CrashDocument Make(int id, int version)
    {
        var made = CrashDocuments.Make((version * Ids) + id);
        return new CrashDocument { Id = id, Code = $"{id}v{version}", Tags = made.Tags, Text = made.Text };
    }
}

using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>
/// What a process does to a database on a small disk until it is full, and then on the full disk. It verifies all the
/// way, and fails with what is wrong.
/// </summary>
internal static class FullDiskProgram
{
    private const int LargeText = 30_000;

    /// <summary>Runs all of it in a folder whose disk has a few megabytes.</summary>
    public static void Run(string folder, TextWriter output)
    {
        var path = Path.Combine(folder, "x.vmem");
        var options = new VMemDatabaseOptions { MaxMappedPages = 128 };
        var held = new SortedDictionary<int, int>();
        using (var database = VMemDatabase.Open(path, options))
        {
            var refusals = Fill(database, held);
            output.WriteLine($"{held.Count} documents, {refusals} refusals");
            SpillInVain(database, held);
            CopyInVain(database, Path.Combine(folder, "copy.vmem"));
            Verify(database, held);
            Free(database, held);
            Verify(database, held);
        }

        // A clean close needs no room, and so does opening what was closed.
        using (var database = VMemDatabase.Open(path, options))
        {
            Verify(database, held);
            Fill(database, held);
            Verify(database, held);
        }

        OpenInVain(Path.Combine(folder, "other.vmem"));
        using (var database = VMemDatabase.Open(path, options))
        {
            Verify(database, held);
        }

        Expect(Directory.GetFiles(folder), [path]);
        output.WriteLine("sound");
    }

    /// <summary>
    /// Inserts, alone and several in one transaction, until ten in a row have found no room; what was refused left
    /// nothing.
    /// </summary>
    private static int Fill(VMemDatabase database, SortedDictionary<int, int> held)
    {
        var documents = CrashDocuments.Collection(database);
        var refusals = 0;
        for (var (id, inARow) = (held.Count == 0 ? 1 : held.Keys.Max() + 1, 0); inARow < 10; id++)
        {
            var count = id % 5 == 0 ? 20 : 1;
            if (IsRefused(() => documents.InsertMany(Enumerable.Range(id, count).Select(number => Make(number)))))
            {
                (refusals, inARow) = (refusals + 1, inARow + 1);
                continue;
            }

            inARow = 0;
            for (var end = id + count; id < end; id++)
            {
                held.Add(id, id);
            }
        }

        return refusals;
    }

    /// <summary>Changes so much in one transaction that it has to spill, which finds no room either.</summary>
    private static void SpillInVain(VMemDatabase database, SortedDictionary<int, int> held)
    {
        Expect(IsRefused(() =>
        {
            using var transaction = database.BeginTransaction();
            var documents = transaction.GetCollection<CrashDocument>("documents");
            foreach (var id in held.Keys)
            {
                documents.Update(Make(id + 1_000_000, id));
            }

            for (var id = 2_000_000; ; id++)
            {
                documents.Insert(Make(id));
            }
        }), true);
    }

    private static void CopyInVain(VMemDatabase database, string path)
    {
        try
        {
            database.CopyTo(path);
            throw new InvalidOperationException("There was room for a copy.");
        }
        catch (Exception e) when (e is VMemDbException or IOException)
        {
            Expect(File.Exists(path), false);
        }
    }

    private static void OpenInVain(string path)
    {
        try
        {
            using var database = VMemDatabase.Open(path);
            Fill(database, []);
        }
        catch (DatabaseOpenException)
        {
            // Creating it may find no room; what there is of it is not taken for a database later, nor in the way.
        }

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
        {
            File.Delete(file);
        }
    }

    /// <summary>Deletes most documents, and gives their room back: both work on a disk that is full.</summary>
    private static void Free(VMemDatabase database, SortedDictionary<int, int> held)
    {
        var documents = CrashDocuments.Collection(database);
        foreach (var id in held.Keys.Where(id => id % 4 != 0).ToList())
        {
            for (var attempt = 0; IsRefused(() => documents.Delete(id)); attempt++)
            {
                // A checkpoint gives the log's room back.
                Expect(attempt < 3, true);
                database.Checkpoint();
            }

            held.Remove(id);
        }

        var report = database.Compact();
        Expect(report.BytesAfter < report.BytesBefore / 2, true);
    }

    private static void Verify(VMemDatabase database, SortedDictionary<int, int> held)
    {
        database.Check();
        Expect(database.GetCollection<CrashDocument>("documents").FindAll().Select(found => found.Id), held.Keys);
        foreach (var document in database.GetCollection<CrashDocument>("documents").FindAll())
        {
            var expected = Make(document.Id);
            Expect(document.Text == expected.Text && document.Code == expected.Code, true);
        }
    }

    private static bool IsRefused(Action change)
    {
        try
        {
            change();
            return false;
        }
        catch (TransactionException e) when (e.Reason == TransactionFailure.StorageFull)
        {
            return true;
        }
    }

    private static CrashDocument Make(int id) => Make(id, id);

    private static CrashDocument Make(int content, int id)
    {
        var made = CrashDocuments.Make(content);
        return new CrashDocument
        {
            Id = id,
            Code = made.Code,
            Tags = made.Tags,
            Text = content % 50 == 0 ? new string('l', LargeText) + made.Text : made.Text,
        };
    }

    private static void Expect<T>(IEnumerable<T> found, IEnumerable<T> expected)
    {
        if (!found.SequenceEqual(expected))
        {
            throw new InvalidOperationException(
                $"Expected [{string.Join(' ', expected)}], found [{string.Join(' ', found)}].");
        }
    }

    private static void Expect(bool found, bool expected) => Expect([found], [expected]);
}

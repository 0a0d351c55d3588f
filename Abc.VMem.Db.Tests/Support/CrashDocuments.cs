namespace Abc.VMem.Db.Tests.Support;

/// <summary>Documents that a child inserts until it is killed; their content follows from their id.</summary>
internal static class CrashDocuments
{
    /// <summary>Most documents that one transaction inserts: what may be there without being acknowledged.</summary>
    public const int MaxUnacknowledged = 5;

    private const int TransactionEvery = 7;
    private const int CheckpointEvery = 101;
    private const int MaxTextLength = 6_000;

    /// <summary>The collection, with an index of each kind.</summary>
    public static DocumentCollection<CrashDocument> Collection(VMemDatabase database)
    {
        var documents = database.GetCollection<CrashDocument>("documents");
        documents.EnsureIndex(d => d.Code, unique: true);
        documents.EnsureIndex(d => d.Tags);
        return documents;
    }

    /// <summary>The document with an id.</summary>
    public static CrashDocument Make(int id)
    {
        // Mostly small, now and then an overflow chain that does not compress away.
        var random = new Random(id);
        var text = new char[id % 10 == 0 ? random.Next(MaxTextLength) : random.Next(100)];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (char)random.Next(' ', '~');
        }

        return new CrashDocument
        {
            Id = id,
            Code = $"code-{(uint)id * 2654435761u:X8}-{id}",
            Tags = [$"tag{id % 7}", $"tag{id % 11}"],
            Text = new string(text),
        };
    }

    /// <summary>
    /// Inserts one by one, or a few in a transaction, and prints each id once its commit has returned.
    /// </summary>
    public static void InsertForEver(string path, int firstId, TextWriter output)
    {
        output.WriteLine("opening");
        using var database = VMemDatabase.Open(path);
        var documents = Collection(database);
        for (var id = firstId; ;)
        {
            var count = id % TransactionEvery == 0 ? 1 + (id % MaxUnacknowledged) : 1;
            Commit(database, documents, id, count);
            for (var i = 0; i < count; i++)
            {
                output.WriteLine(id++);
            }

            if (id % CheckpointEvery == 0)
            {
                database.Checkpoint();
            }
        }
    }

    private static void Commit(
        VMemDatabase database, DocumentCollection<CrashDocument> documents, int firstId, int count)
    {
        if (count == 1)
        {
            documents.Insert(Make(firstId));
            return;
        }

        using var transaction = database.BeginTransaction();
        var inside = transaction.GetCollection<CrashDocument>(documents.Name);
        for (var i = 0; i < count; i++)
        {
            inside.Insert(Make(firstId + i));
        }

        transaction.Commit();
    }
}

/// <summary>A document whose content follows from its id.</summary>
internal sealed class CrashDocument
{
    public int Id { get; init; }

    public string Code { get; init; } = "";

    public List<string> Tags { get; init; } = [];

    public string Text { get; init; } = "";
}

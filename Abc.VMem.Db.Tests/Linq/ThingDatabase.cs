using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>The same things in two collections, one of them indexed, and everywhere a query can run.</summary>
public sealed class ThingDatabase : IDisposable
{
    private const int Count = 240;
    private readonly TestDatabase _database = new();
    private readonly VMemSnapshot _snapshot;

    public ThingDatabase()
    {
        Things = Linq.Things.Create(Count);
        Plain.InsertMany(Linq.Things.Create(Count));
        Indexed.InsertMany(Linq.Things.Create(Count));
        CreateIndexes();
        _snapshot = _database.Db.BeginSnapshot();
    }

    internal List<Thing> Things { get; }

    internal VMemDatabase Db => _database.Db;

    internal DocumentCollection<Thing> Plain => _database.Db.GetCollection<Thing>("plain");

    internal DocumentCollection<Thing> Indexed => _database.Db.GetCollection<Thing>("indexed");

    public void Dispose()
    {
        _snapshot.Dispose();
        _database.Dispose();
    }

    /// <summary>Runs a query without indexes, with them, in a snapshot and in a transaction.</summary>
    internal IEnumerable<(string Where, string Result)> RunEverywhere(Func<IQueryable<Thing>, object?> query)
    {
        yield return ("without index", ResultText.Of(() => query(Plain.AsQueryable())));
        yield return ("with indexes", ResultText.Of(() => query(Indexed.AsQueryable())));
        var inSnapshot = _snapshot.GetCollection<Thing>("indexed");
        yield return ("in a snapshot", ResultText.Of(() => query(inSnapshot.AsQueryable())));
        using var transaction = Db.BeginTransaction();
        var inTransaction = transaction.GetCollection<Thing>("indexed");
        yield return ("in a transaction", ResultText.Of(() => query(inTransaction.AsQueryable())));
    }

    private void CreateIndexes()
    {
        var things = Indexed;
        things.EnsureIndex(x => x.Age);
        things.EnsureIndex(x => x.Name);
        things.EnsureIndex(x => x.Mail);
        things.EnsureIndex(x => x.Big);
        things.EnsureIndex(x => x.Small);
        things.EnsureIndex(x => x.Unsigned);
        things.EnsureIndex(x => x.Huge);
        things.EnsureIndex(x => x.Score);
        things.EnsureIndex(x => x.Ratio);
        things.EnsureIndex(x => x.Price);
        things.EnsureIndex(x => x.Active);
        things.EnsureIndex(x => x.Flag);
        things.EnsureIndex(x => x.Rank);
        things.EnsureIndex(x => x.Created);
        things.EnsureIndex(x => x.Closed);
        things.EnsureIndex(x => x.Seen);
        things.EnsureIndex(x => x.Length);
        things.EnsureIndex(x => x.Day);
        things.EnsureIndex(x => x.At);
        things.EnsureIndex(x => x.Key, unique: true);
        things.EnsureIndex(x => x.Letter);
        things.EnsureIndex(x => x.Maybe);
        things.EnsureIndex(x => x.Place!.City);
        things.EnsureIndex(x => x.Place!.Floor);
        things.EnsureIndex(x => x.Place!.Position!.North);
        things.EnsureIndex(x => x.Tags);
        things.EnsureIndex(x => x.Numbers);
        things.EnsureIndex(x => x.Lines.Select(line => line.Product));
        things.EnsureIndex(x => new { x.Color, x.Age });
        things.EnsureIndex(x => new { x.Letter, x.Rank, x.Name });
    }
}

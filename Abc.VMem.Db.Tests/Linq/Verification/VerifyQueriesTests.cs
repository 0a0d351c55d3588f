using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Linq.Verification;

/// <summary>
/// A database that verifies its queries agrees with LINQ to Objects on every query of the other tests, and says so when
/// an answer is wrong: here because an index has lost an entry.
/// </summary>
public sealed class VerifyQueriesTests : IDisposable
{
    private const int Count = 120;
    private static readonly EngineOptions Options = new() { MaxMappedPages = 1024 };
    private readonly MemoryFileSystem _files = new();
    private readonly VMemDatabase _db;
    private readonly DocumentCollection<Thing> _things;

    public VerifyQueriesTests()
    {
        _db = VMemDatabase.Open(_files, "verified", Options, verifiesQueries: true);
        _things = _db.GetCollection<Thing>("things");
        _things.InsertMany(Things.Create(Count));
        _things.EnsureIndex(x => x.Age);
        _things.EnsureIndex(x => x.Name);
        _things.EnsureIndex(x => x.Rank);
        _things.EnsureIndex(x => x.Tags);
        _things.EnsureIndex(x => x.Place!.Floor);
        _things.EnsureIndex(x => new { x.Color, x.Age });
    }

    public static TheoryData<string> Tables => ["Filter", "Type", "Nested", "Order", "End", "Tail"];

    public void Dispose() => _db.Dispose();

    [Theory]
    [MemberData(nameof(Tables))]
    public void Query_OfTheTables_IsVerified(string name)
    {
        var table = name switch
        {
            "Filter" => FilterQueries.Table,
            "Type" => TypeQueries.Table,
            "Nested" => NestedQueries.Table,
            "Order" => OrderQueries.Table,
            "End" => EndQueries.Table,
            _ => TailQueries.Table,
        };
        var things = Things.Create(Count);
        foreach (var query in table.Cases)
        {
            var expected = ResultText.Of(() => query.Expected(things));
            var result = ResultText.Of(() => query.Query(_things.AsQueryable()));
            Assert.True(expected == result, $"{query.Name}\n{expected}\n{result}");
        }
    }

    [Fact]
    public void Query_InSnapshotAndTransaction_IsVerifiedThere()
    {
        using var snapshot = _db.BeginSnapshot();
        using var transaction = _db.BeginTransaction();
        var inside = transaction.GetCollection<Thing>("things");
        Assert.True(inside.Delete(7));
        inside.Upsert(new Thing { Id = 8, Age = 999 });

        Assert.Equal(Count - 1, inside.AsQueryable().Count(x => x.Age > -100));
        Assert.Equal([8], inside.AsQueryable().Where(x => x.Age == 999).Select(x => x.Id));
        Assert.Equal(Count, snapshot.GetCollection<Thing>("things").AsQueryable().Count(x => x.Age > -100));
        Assert.Empty(_things.AsQueryable().Where(x => x.Age == 999));
    }

    [Fact]
    public void Query_OverTwoCollections_IsVerifiedWhole()
    {
        var others = _db.GetCollection<Thing>("others");
        others.InsertMany(Things.Create(30));
        var other = others.AsQueryable();
        var joined = _things.AsQueryable().Where(x => x.Age > 10)
            .Join(other, x => x.Age, o => o.Age, (x, o) => new { x.Id, Other = o.Id });
        var withAny = _things.AsQueryable()
            .Where(x => other.Any(o => o.Age == x.Age && o.Id != x.Id)).Select(x => x.Id);
        var nested = _things.AsQueryable().Take(5).Select(x => new { x.Id, Same = other.Where(o => o.Rank == x.Rank) });

        var things = Things.Create(Count);
        Assert.Equal(
            things.Where(x => x.Age > 10)
                .Join(things.Take(30), x => x.Age, o => o.Age, (x, o) => new { x.Id, Other = o.Id }),
            joined);
        Assert.Equal(
            things.Where(x => things.Take(30).Any(o => o.Age == x.Age && o.Id != x.Id)).Select(x => x.Id), withAny);
        Assert.Equal(5, nested.ToList().Count);
    }

    [Fact]
    public async Task Query_Async_IsVerified()
    {
        Damage("Age");
        var query = _things.AsQueryable().Where(x => x.Age < 20);
        await Assert.ThrowsAsync<QueryMismatchException>(() => query.ToListAsync());
        await Assert.ThrowsAsync<QueryMismatchException>(() => query.CountAsync());
        await Assert.ThrowsAsync<QueryMismatchException>(async () =>
        {
            await foreach (var thing in query.AsAsyncEnumerable())
            {
                Assert.Fail($"{thing} was given before it was verified.");
            }
        });
    }

    [Fact]
    public void Query_FailingInTheProgramsCode_FailsAlike()
    {
        var limits = new Dictionary<int, int> { [1] = 1 };
        Assert.Throws<KeyNotFoundException>(() => _things.AsQueryable().Where(x => x.Age > limits[x.Id]).ToList());
        Assert.Throws<InvalidOperationException>(() => _things.AsQueryable().First(x => x.Age == 1000));
        Assert.Throws<DivideByZeroException>(() => _things.AsQueryable().Select(x => 10 / (x.Age - x.Age)).ToList());
    }

    /// <summary>The rows before the exception are there first, as without verification.</summary>
    [Fact]
    public void Rows_BeforeAFailure_AreGiven()
    {
        var seen = 0;
        Assert.Throws<DivideByZeroException>(() =>
        {
            foreach (var row in _things.AsQueryable().Select(x => 10 / (x.Id - 4)))
            {
                seen += row == 0 ? 0 : 1;
            }
        });
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Result_OfADamagedIndex_IsRefusedWithBothResults()
    {
        var lost = _things.AsQueryable().OrderBy(x => x.Age).ThenBy(x => x.Id).First();
        Damage("Age");

        var age = lost.Age;
        var rows = Assert.Throws<QueryMismatchException>(
            () => _things.AsQueryable().Where(x => x.Age == age).Select(x => x.Id).ToList());
        Assert.Contains("Age", rows.Query, StringComparison.Ordinal);
        Assert.Contains("index", rows.Plan, StringComparison.Ordinal);
        Assert.StartsWith("1 rows; ", rows.Result, StringComparison.Ordinal);
        Assert.StartsWith($"2 rows; row 0: {lost.Id}", rows.Expected, StringComparison.Ordinal);
        Assert.Contains(rows.Expected, rows.Message, StringComparison.Ordinal);

        var count = Assert.Throws<QueryMismatchException>(() => _things.AsQueryable().Count(x => x.Age == age));
        Assert.Equal(("1", "2"), (count.Result, count.Expected));
        Assert.Throws<QueryMismatchException>(() => _things.AsQueryable().OrderBy(x => x.Age).First());
        Assert.Throws<QueryMismatchException>(() => _things.DeleteMany(x => x.Age == age));
        Assert.Equal(Count, _things.Count);
    }

    [Fact]
    public void Result_OfADamagedIndex_IsGivenWithoutTheOption()
    {
        Damage("Age");
        _db.Dispose();
        using var plain = VMemDatabase.Open(_files, "verified", Options);
        var things = plain.GetCollection<Thing>("things");
        Assert.Equal(Count - 1, things.AsQueryable().Where(x => x.Age < 1000).OrderBy(x => x.Age).Count());
    }

    [Fact]
    public void Option_OfTheDatabase_TurnsItOn()
    {
        Assert.False(new VMemDatabaseOptions().VerifyQueries);
        using var db = VMemDatabase.OpenInMemory(new VMemDatabaseOptions { VerifyQueries = true });
        var numbers = db.GetCollection<Thing>("things");
        numbers.InsertMany(Things.Create(3));
        var calls = 0;
        var next = () => ++calls;
        Assert.Throws<QueryMismatchException>(() => numbers.AsQueryable().Select(x => next()).ToList());
    }

    /// <summary>Takes the first entry out of an index.</summary>
    private void Damage(string index)
    {
        var scope = _things.Context.Scope;
        var pages = scope.EnterWrite();
        var state = _things.Bind(pages).Definition.Indexes.Single(i => i.Name == index).State;
        byte[] first;
        using (var scan = new MapScan(pages, state, null, null, descending: false))
        {
            Assert.True(scan.MoveNext());
            first = scan.Key.ToArray();
        }

        Assert.True(BTree.Remove(pages, state, first));
        scope.ExitWrite(pages);
    }
}

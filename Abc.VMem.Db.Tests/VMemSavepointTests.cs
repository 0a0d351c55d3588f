using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

/// <summary>
/// Savepoints as programs use them: collections, indexes, named things, temporary lists, enumerations.
/// </summary>
public class VMemSavepointTests
{
    [Fact]
    public void RollbackTo_Collection_TakesBackDocumentsIndexesAndNumbers()
    {
        using var database = new TestDatabase(BufferPool.MinMappedPages);
        var db = database.Db;
        db.GetCollection<Thing>("things").EnsureIndex(thing => thing.Name);
        using (var tx = db.BeginTransaction())
        {
            var things = tx.GetCollection<Thing>("things");
            things.InsertMany(Enumerable.Range(0, 500).Select(i => new Thing { Name = $"first {i % 7}" }));
            var savepoint = tx.Savepoint();
            things.InsertMany(Enumerable.Range(0, 2000).Select(i => new Thing { Name = $"second {i % 7}" }));
            things.DeleteMany(thing => thing.Name == "first 3");
            tx.GetCollection<Thing>("others").Insert(new Thing { Name = "other" });
            things.EnsureIndex(thing => thing.Size);
            tx.RollbackTo(savepoint);

            Assert.Equal(500, things.Count);
            Assert.Equal(["things"], tx.CollectionNames);
            Assert.Equal(71, things.AsQueryable().Count(thing => thing.Name == "first 3"));
            Assert.Equal(0, things.AsQueryable().Count(thing => thing.Name.StartsWith("second")));
            var next = new Thing { Name = "third" };
            things.Insert(next);
            Assert.Equal(501, next.Id);
            things.EnsureIndex(thing => new { thing.Name, thing.Size });
            Assert.Equal(72, things.AsQueryable().Count(thing => thing.Name == "first 0" && thing.Size == 0));
            tx.Commit();
        }

        var after = database.Reopen().GetCollection<Thing>("things");
        Assert.Equal(501, after.Count);
        Assert.Equal("third", after.Find(501)!.Name);
        Assert.Equal(72, after.AsQueryable().Count(thing => thing.Name == "first 1"));
    }

    [Fact]
    public void RollbackTo_AfterAStatementThatFailedHalfWay_LetsTheTransactionGoOn()
    {
        using var database = new TestDatabase(BufferPool.MinMappedPages);
        using var tx = database.Db.BeginTransaction();
        var list = tx.GetList<long>("numbers");
        list.Add(1);
        var savepoint = tx.Savepoint();
        Assert.Throws<InvalidOperationException>(() => list.AddRange(Failing()));
        if (tx.IsDoomed)
        {
            Assert.Throws<TransactionException>(() => list.Add(2));
        }

        tx.RollbackTo(savepoint);
        Assert.False(tx.IsDoomed);
        list.Add(3);
        tx.Commit();
        Assert.Equal([1L, 3L], database.Db.GetList<long>("numbers"));

        static IEnumerable<long> Failing()
        {
            for (var i = 0; i < 100_000; i++)
            {
                yield return i;
            }

            throw new InvalidOperationException("The source fails.");
        }
    }

    [Fact]
    public void RollbackTo_TemporaryLists_AreAsTheyWere()
    {
        using var fixture = new PoolFixture(cap: BufferPool.MinMappedPages);
        using var tx = fixture.Pool.BeginTransaction();
        using var before = new TemporaryList<long>(tx);
        var disposed = new TemporaryList<long>(tx);
        before.AddRange(Enumerable.Range(0, 3000).Select(i => (long)i));
        disposed.AddRange(Enumerable.Range(0, 3000).Select(i => (long)i));
        var savepoint = tx.Savepoint();
        before.Clear();
        disposed.Dispose();
        using var since = new TemporaryList<long>(tx);
        since.AddRange(Enumerable.Range(0, 3000).Select(i => (long)i));
        tx.RollbackTo(savepoint);

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (long)i), before);
        Assert.Empty(since);
        since.Add(1);
        Assert.Throws<ObjectDisposedException>(() => disposed.Count);
        tx.Commit();
    }

    [Fact]
    public void RollbackTo_WhileAListIsEnumerated_EndsTheEnumeration()
    {
        using var database = new TestDatabase();
        using var tx = database.Db.BeginTransaction();
        var list = tx.GetList<long>("numbers");
        var savepoint = tx.Savepoint();
        list.AddRange(Enumerable.Range(0, 5000).Select(i => (long)i));
        using var walk = list.GetEnumerator();
        Assert.True(walk.MoveNext());
        tx.RollbackTo(savepoint);
        Assert.Throws<InvalidOperationException>(() =>
        {
            while (walk.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void RollbackTo_ASavepointOfAnotherTransactionOrOneThatIsOver_Throws()
    {
        using var database = new TestDatabase();
        VMemSavepoint other;
        using (var tx = database.Db.BeginTransaction())
        {
            other = tx.Savepoint();
        }

        using var now = database.Db.BeginTransaction();
        var first = now.Savepoint();
        var second = now.Savepoint();
        now.RollbackTo(first);
        Assert.Throws<ArgumentException>(() => now.RollbackTo(second));
        Assert.Throws<ArgumentException>(() => now.RollbackTo(other));
        Assert.Throws<ArgumentNullException>(() => now.RollbackTo(null!));
        now.Commit();
        Assert.Throws<TransactionException>(() => now.RollbackTo(first));
        Assert.Throws<TransactionException>(() => now.Savepoint());
    }

    [Fact]
    public void RollbackTo_ProgramsPool_ClaimsTheStartPageAgain()
    {
        using var fixture = new PoolFixture(cap: BufferPool.MinMappedPages);
        using (var tx = fixture.Pool.BeginTransaction())
        {
            var savepoint = tx.Savepoint();
            using (var page = tx.Allocate())
            {
                page.Bytes.Fill(1);
            }

            tx.RollbackTo(savepoint);
            using var again = tx.Allocate();
            again.Bytes.Fill(2);
            using var start = tx.Write(PoolFixture.Slot(0));
            Layout.At<PagePos>(start.Bytes, 0) = again.Position;
            tx.Commit();
        }

        fixture.Reopen();
        using var read = fixture.Pool.Read(PoolFixture.Slot(0));
        using var kept = fixture.Pool.Read(Layout.At<PagePos>(read.Bytes, 0));
        Assert.Equal(-1, kept.Bytes.IndexOfAnyExcept((byte)2));
    }

    [Fact]
    public void RollbackTo_WithPointersHeld_UndoesWhatTheyWroteSince()
    {
        using var fixture = new PoolFixture(cap: BufferPool.MinMappedPages);
        fixture.Pool.BeginTransaction().Dispose();
        using var tx = fixture.Pool.BeginTransaction();
        using var start = tx.Write(PoolFixture.Slot(0));
        start.Write<long>() = 1;
        using var page = tx.Allocate();
        page.Bytes.Fill(1);
        var savepoint = tx.Savepoint();
        page.Bytes.Fill(2);
        start.Write<long>() = 2;
        using var later = tx.Allocate();
        later.Bytes.Fill(3);
        tx.RollbackTo(savepoint);

        Assert.Equal(1, start.Read<long>());
        Assert.Equal(-1, page.Bytes.IndexOfAnyExcept((byte)1));
        Assert.Throws<InvalidOperationException>(() => later.Bytes.Length);
        page.Bytes.Fill(4);
        tx.RollbackTo(savepoint);
        Assert.Equal(-1, page.Bytes.IndexOfAnyExcept((byte)1));
        start.Write<long>() = page.Position.Value;
        tx.Commit();
    }

    [Fact]
    public void RollbackTo_WithAPointerToACommittedPage_LeavesSnapshotsAlone()
    {
        using var fixture = new PoolFixture();
        using (var tx = fixture.Pool.BeginTransaction())
        {
            using var start = tx.Write(PoolFixture.Slot(0));
            start.Write<long>() = 1;
            tx.Commit();
        }

        using var snapshot = fixture.Pool.BeginSnapshot();
        using var now = fixture.Pool.BeginTransaction();
        var savepoint = now.Savepoint();
        using var pointer = now.Write(PoolFixture.Slot(0));
        pointer.Write<long>() = 2;
        now.RollbackTo(savepoint);
        pointer.Write<long>() = 3;
        using var read = snapshot.Read(PoolFixture.Slot(0));
        Assert.Equal(1, read.Read<long>());
        Assert.Equal(3, pointer.Read<long>());
    }

    private sealed class Thing
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public int Size { get; set; }
    }
}

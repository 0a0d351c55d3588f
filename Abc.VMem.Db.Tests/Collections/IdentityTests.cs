using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>The high-water mark of numbers, and what a failed insert takes back.</summary>
public sealed class IdentityTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private VMemDatabase Db => _test.Db;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Insert_ThroughAClassThatCannotAssign_RaisesTheMarkToo()
    {
        var orders = Db.GetCollection<Order>("orders");
        orders.Insert(new Order());
        Db.GetCollection<OrderView>("orders").Insert(new OrderView(2));
        Db.GetCollection<NullableOrder>("orders").Insert(new NullableOrder { Id = 3 });
        Db.GetCollection<EnumOrder>("orders").Insert(new EnumOrder { Id = (Number)4 });
        Db.Check();
        var (next, after) = (new Order(), new Order());

        Db.GetCollection<Order>("orders").InsertMany([next, after]);

        Assert.Equal((5, 6), (next.Id, after.Id));
    }

    [Fact]
    public void Insert_LongKeysUsedUp_IsALimit()
    {
        var events = Db.GetCollection<Event>("events");
        events.Insert(new Event { Id = long.MaxValue });

        Assert.Throws<LimitExceededException>(() => events.Insert(new Event()));
        Assert.Throws<LimitExceededException>(() => events.InsertMany([new Event(), new Event()]));

        Assert.Equal(1, events.Count);
    }

    [Fact]
    public void InsertMany_FailingInALaterStep_TakesAllKeysOfAListBack()
    {
        var orders = Db.GetCollection<Order>("orders");
        var documents = Enumerable.Range(0, 9_000).Select(_ => new Order()).ToList();
        documents.Add(new Order { Id = 1 });

        Assert.Throws<DuplicateKeyException>(() => orders.InsertMany(documents));

        Assert.All(documents.SkipLast(1), document => Assert.Equal(0, document.Id));
        Assert.Equal(0, orders.Count);
    }

    /// <summary>
    /// A transaction takes numbers that the next insert outside of it guesses once more, and replaces. When that insert
    /// then failed, it gave back the replacements but not what it had guessed, and left a gap.
    /// </summary>
    [Fact]
    public void InsertMany_FailingAfterATransactionTookItsNumbers_LeavesNoGap()
    {
        var orders = Db.GetCollection<Order>("orders");
        orders.Insert(new Order());
        using (var transaction = Db.BeginTransaction())
        {
            transaction.GetCollection<Order>("orders").Insert(new Order());
            transaction.Commit();
        }

        Assert.Throws<DuplicateKeyException>(
            () => orders.InsertMany([new Order(), new Order(), new Order { Id = 1 }]));
        var next = new Order();
        orders.Insert(next);

        Assert.Equal(3, next.Id);
    }

    /// <summary>
    /// A load of several chunks that failed gave back the numbers of its last chunk, which had never been guessed, and
    /// kept those of the first.
    /// </summary>
    [Fact]
    public void InsertMany_OfSeveralChunksFailing_LeavesNoGap()
    {
        var orders = Db.GetCollection<Order>("orders");
        orders.Insert(new Order());
        var many = Enumerable.Range(0, 5_000).Select(_ => new Order()).Append(new Order { Id = 1 });
        Assert.Throws<DuplicateKeyException>(() => orders.InsertMany(many));
        var next = new Order();
        orders.Insert(next);

        Assert.Equal(2, next.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Find_WithNullableKeys_TakesTheirOwnType(bool isNullableArgument)
    {
        var orders = Db.GetCollection<NullableOrder>("orders");
        orders.Insert(new NullableOrder { Id = 5 });
        var notes = Db.GetCollection<NullableNote>("notes");
        var id = Guid.NewGuid();
        notes.Insert(new NullableNote { Id = id });

        Assert.NotNull(isNullableArgument ? orders.Find((int?)5) : orders.Find(5));
        Assert.NotNull(isNullableArgument ? orders.Find((short?)5) : orders.Find((short)5));
        Assert.NotNull(isNullableArgument ? notes.Find((Guid?)id) : notes.Find(id));
    }

    [Fact]
    public void Find_IntegersInNullablesAndObjects_Widen()
    {
        var events = Db.GetCollection<Event>("events");
        events.Insert(new Event { Id = 5 });

        Assert.NotNull(events.Find((int?)5));
        Assert.NotNull(events.Find<object>(5));
        Assert.NotNull(events.Find<object>((byte)5));
        Assert.Throws<ArgumentException>(() => events.Find<object>(DayOfWeek.Friday));
        Assert.Throws<ArgumentException>(() => events.Find<object>(5UL));
    }

    internal enum Number
    {
        None,
    }

    internal sealed class Order
    {
        public int Id { get; set; }
    }

    internal sealed class OrderView(int id)
    {
        public int Id { get; } = id;
    }

    internal sealed class NullableOrder
    {
        public int? Id { get; set; }
    }

    internal sealed class EnumOrder
    {
        public Number Id { get; set; }
    }

    internal sealed class NullableNote
    {
        public Guid? Id { get; set; }
    }

    internal sealed class Event
    {
        public long Id { get; set; }
    }

    /// <summary>Encoding a later document fails: the numbers guessed for the earlier ones leave a gap.</summary>
    [Fact]
    public void InsertMany_ASourceThatThrows_LeavesNoGap()
    {
        using var test = new TestDatabase();
        var items = test.Db.GetCollection<Numbered>("items");
        items.Insert(new Numbered { Text = "a" });
        items.Insert(new Numbered { Text = "a" });
        items.Insert(new Numbered { Text = "a" });
        Assert.ThrowsAny<Exception>(() => items.InsertMany(
            [new Numbered { Text = "b" }, new Numbered { Text = "c" }, new Numbered { Text = "\ud800" }]));
        var next = new Numbered { Text = "d" };
        items.Insert(next);

        Assert.Equal(4, next.Id);
    }

    /// <summary>The same with a source of documents that fails.</summary>
    [Fact]
    public void InsertMany_AnEnumerableThatThrows_LeavesNoGap()
    {
        using var test = new TestDatabase();
        var items = test.Db.GetCollection<Numbered>("items");
        items.Insert(new Numbered { Text = "a" });
        items.Insert(new Numbered { Text = "a" });
        items.Insert(new Numbered { Text = "a" });
        var e = Assert.ThrowsAny<Exception>(() => items.InsertMany(Failing()));
        Assert.Equal("Enough.", e.Message);
        var next = new Numbered { Text = "d" };
        items.Insert(next);

        Assert.Equal(4, next.Id);
    }

    /// <summary>One document that can't be encoded.</summary>
    [Fact]
    public void Insert_ADocumentThatIsRefused_LeavesNoGap()
    {
        using var test = new TestDatabase();
        var items = test.Db.GetCollection<Numbered>("items");
        items.Insert(new Numbered { Text = "a" });
        items.Insert(new Numbered { Text = "a" });
        items.Insert(new Numbered { Text = "a" });
        var refused = new Numbered { Text = "\ud800" };
        Assert.ThrowsAny<Exception>(() => items.Insert(refused));
        var next = new Numbered { Text = "d" };
        items.Insert(next);

        Assert.Equal(4, next.Id);
    }

    private static IEnumerable<Numbered> Failing()
    {
        yield return new Numbered { Text = "b" };
        yield return new Numbered { Text = "c" };
        throw new InvalidOperationException("Enough.");
    }

    /// <summary>A document with a number.</summary>
    public sealed class Numbered
    {
        /// <summary>Key.</summary>
        public long Id { get; set; }

        /// <summary>Text.</summary>
        public string Text { get; set; } = "";
    }
}

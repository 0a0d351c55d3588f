using System.ComponentModel.DataAnnotations;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>Which member is the key, and how it is assigned, for classes of every shape.</summary>
public sealed class KeyMemberTests : IDisposable
{
    private readonly TestDatabase _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Key_MarkedMember_WinsOverId()
    {
        var items = _test.Db.GetCollection<Marked>("items");
        items.Insert(new Marked { Id = 1, Code = "a" });
        items.Insert(new Marked { Id = 1, Code = "b" });

        Assert.Equal("b", items.Find("b")!.Code);
        Assert.Throws<ArgumentException>(() => items.Find(1));
    }

    [Fact]
    public void Key_InitOnlyRecord_IsAssigned()
    {
        var items = _test.Db.GetCollection<Positional>("items");
        var item = new Positional(0, "x");

        items.Insert(item);

        Assert.Equal(1, item.Id);
        Assert.Equal(item, items.Find(1L));
    }

    [Fact]
    public void Key_PublicField_IsAssigned()
    {
        var items = _test.Db.GetCollection<WithField>("items");
        var item = new WithField();

        items.Insert(item);

        Assert.NotEqual(Guid.Empty, item.WithFieldId);
        Assert.NotNull(items.Find(item.WithFieldId));
    }

    [Fact]
    public void Key_OfAStruct_IsStoredThoughTheCallerSeesItNot()
    {
        var items = _test.Db.GetCollection<Value>("items");

        items.InsertMany([new Value { Text = "a" }, new Value { Text = "b" }]);

        Assert.Equal([(1, "a"), (2, "b")], items.FindAll().Select(item => (item.Id, item.Text)));
        Assert.Equal(default, items.Find(3));
    }

    [Fact]
    public void Key_StringIsNeverAssigned()
    {
        var items = _test.Db.GetCollection<Named>("items");

        Assert.Throws<ArgumentException>(() => items.Insert(new Named()));
        items.Insert(new Named { Id = "" });

        Assert.Equal("", items.Find("")!.Id);
    }

    [Fact]
    public void Key_AfterAFailedInsert_IsTheDefaultAgain()
    {
        var items = _test.Db.GetCollection<Positional>("items");
        items.EnsureIndex(item => item.Text, unique: true);
        items.Insert(new Positional(0, "x"));
        var item = new Positional(0, "x");

        Assert.Throws<DuplicateKeyException>(() => items.Insert(item));
        Assert.Equal(0, item.Id);
        var other = new Positional(0, "y");
        items.Insert(other);

        Assert.Equal(2, other.Id);
    }

    [Fact]
    public void Key_EnumAndDate_Work()
    {
        var days = _test.Db.GetCollection<Named, DayOfWeek>("days", item => item.Day);
        days.Insert(new Named { Id = "x", Day = DayOfWeek.Friday });
        Assert.Equal("x", days.Find(DayOfWeek.Friday)!.Id);
        var dates = _test.Db.GetCollection<Named, DateOnly>("dates", item => item.Date);
        dates.InsertMany([new() { Id = "b", Date = new(2025, 1, 1) }, new() { Id = "a", Date = new(1, 1, 1) }]);

        Assert.Equal(["a", "b"], dates.FindAll().Select(item => item.Id));
        Assert.Equal(3, _test.Reopen().Check().Documents);
    }

    internal sealed class Marked
    {
        public int Id { get; set; }

        [Key]
        public string Code { get; set; } = "";
    }

    internal sealed record Positional(long Id, string Text);

    internal sealed class WithField
    {
        public Guid WithFieldId = Guid.Empty;
    }

    internal struct Value
    {
        public int Id { get; set; }

        public string Text { get; set; }
    }

    internal sealed class Named
    {
        public string? Id { get; set; }

        public DayOfWeek Day { get; set; }

        public DateOnly Date { get; set; }
    }
}

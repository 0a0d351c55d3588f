using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

public sealed class FindTests : IDisposable
{
    private readonly TestDatabase _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Find_OnACollectionThatIsNotThere_FindsNothing()
    {
        var people = _test.Db.GetCollection<Person>("people");

        Assert.Null(people.Find(1));
        Assert.False(people.TryFind(1, out _));
        Assert.False(people.Contains(1));
        Assert.Equal(0, people.Count);
        Assert.Empty(people.FindAll());
        Assert.Empty(people.FindMany([1, 2]));
        Assert.False(people.Delete(1));
        Assert.False(people.Update(new Person { Id = 1 }));
        Assert.Empty(_test.Db.CollectionNames);
    }

    [Fact]
    public void Find_IntForALongKey_Finds()
    {
        var items = _test.Db.GetCollection<Item>("items");
        items.Insert(new Item { ItemId = 5, Text = "five" });

        Assert.Equal("five", items.Find(5)!.Text);
        Assert.Equal("five", items.Find(5L)!.Text);
        Assert.Equal("five", items.Find((short)5)!.Text);
        Assert.Equal("five", items.Find((long?)5)!.Text);
        Assert.Equal("five", items.Find((object)5L)!.Text);
        Assert.True(items.Contains(5));
    }

    [Fact]
    public void Find_KeyOfAnotherType_IsAnArgumentException()
    {
        var people = _test.Db.GetCollection<Person>("people");

        Assert.Throws<ArgumentException>(() => people.Find(5L));
        Assert.Throws<ArgumentException>(() => people.Find("5"));
        Assert.Throws<ArgumentException>(() => people.Contains(5.0));
        Assert.Throws<ArgumentException>(() => people.Delete(Guid.Empty));
        Assert.Throws<ArgumentNullException>(() => people.Find<string>(null!));
    }

    [Fact]
    public void FindMany_SomeAbsent_KeepsTheOrderOfKeys()
    {
        var people = _test.Db.GetCollection<Person>("people");
        people.InsertMany(Enumerable.Range(1, 50).Select(Person.Make));

        Assert.Equal([40, 2, 40], people.FindMany([40, 99, 2, 40]).Select(person => person.Id));
    }

    [Fact]
    public void FindAll_WhileOthersWrite_IsOneMoment()
    {
        var people = _test.Db.GetCollection<Person>("people");
        people.InsertMany(Enumerable.Range(1, 3_000).Select(Person.Make));
        var seen = 0;
        foreach (var person in people.FindAll())
        {
            if (seen++ % 100 == 0)
            {
                people.Insert(Person.Make(seen));
                people.Delete(3_000 - seen);
            }
        }

        Assert.Equal(3_000, seen);
    }

    [Fact]
    public void GetCollection_ByLambda_KeysByThatMember()
    {
        var people = _test.Db.GetCollection<Person, string>("people", person => person.Mail!);
        people.Insert(new Person { Mail = "b@x", Name = "B" });
        people.Insert(new Person { Mail = "a@x", Name = "A" });

        Assert.Equal("A", people.Find("a@x")!.Name);
        Assert.Equal(["a@x", "b@x"], people.FindAll().Select(person => person.Mail));
        Assert.True(people.Delete("a@x"));
        Assert.False(people.Contains("a@x"));
    }

    [Fact]
    public void GetCollection_ComputedKey_Works()
    {
        var people = _test.Db.GetCollection<Person, (int, string)>(
            "people", person => ValueTuple.Create(person.Age, person.Name));
        people.InsertMany(
            [new() { Age = 2, Name = "x" }, new() { Age = 1, Name = "y" }, new() { Age = 1, Name = "a" }]);

        Assert.Equal(["a", "y", "x"], people.FindAll().Select(person => person.Name));
        Assert.Equal("y", people.Find((1, "y"))!.Name);
        Assert.Equal(3, _test.Reopen().Check().Documents);
    }

    [Fact]
    public void GetCollection_OtherKeyThanStored_IsAnArgumentException()
    {
        _test.Db.GetCollection<Person>("people").Insert(Person.Make(1));

        var type = Assert.Throws<ArgumentException>(
            () => _test.Db.GetCollection<Person, string>("people", p => p.Name));
        Assert.Contains("int32", type.Message, StringComparison.Ordinal);
        var member = Assert.Throws<ArgumentException>(() => _test.Db.GetCollection<Person, int>("people", p => p.Age));
        Assert.Contains("Id", member.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetCollection_ClassWithoutKey_SaysWhatToDo()
    {
        var error = Assert.Throws<ArgumentException>(() => _test.Db.GetCollection<Purchase>("orders"));

        Assert.Contains("PurchaseId", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    public void GetCollection_BadName_IsAnArgumentException(string name) =>
        Assert.Throws<ArgumentException>(() => _test.Db.GetCollection<Person>(name));

    [Fact]
    public void GetCollection_NameWithHalfAPair_IsAnArgumentException()
    {
        Assert.Throws<ArgumentException>(() => _test.Db.GetCollection<Person>("a\ud800"));
        Assert.Throws<ArgumentException>(() => _test.Db.GetCollection<Person>("a\udc00b"));
        Assert.Equal(0, _test.Db.GetCollection<Person>("a\ud83d\ude00b").Count);
    }

    internal sealed class Item
    {
        public long ItemId { get; set; }

        public string Text { get; set; } = "";
    }
}

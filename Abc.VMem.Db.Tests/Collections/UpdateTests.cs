using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

public sealed class UpdateTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private DocumentCollection<Person> People => _test.Db.GetCollection<Person>("people");

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Update_Existing_ReplacesIt()
    {
        People.InsertMany(Enumerable.Range(1, 10).Select(Person.Make));

        Assert.True(People.Update(new Person { Id = 3, Name = "new" }));

        Assert.Equal("new", People.Find(3)!.Name);
        Assert.Null(People.Find(3)!.Mail);
        Assert.Equal(10, People.Count);
    }

    [Fact]
    public void Update_Absent_ChangesNothing()
    {
        People.Insert(Person.Make(1));

        Assert.False(People.Update(new Person { Id = 9 }));

        Assert.Equal(1, People.Count);
    }

    [Fact]
    public void Upsert_Both_InsertsThenReplaces()
    {
        var person = new Person { Id = 5, Name = "a" };

        Assert.False(People.Upsert(person));
        person.Name = "b";
        Assert.True(People.Upsert(person));

        Assert.Equal("b", Assert.Single(People.FindAll()).Name);
    }

    [Fact]
    public void Upsert_DefaultKey_AssignsOne()
    {
        People.Insert(new Person { Id = 5 });
        var person = new Person { Name = "new" };

        Assert.False(People.Upsert(person));

        Assert.Equal(6, person.Id);
        Assert.Equal("new", People.Find(6)!.Name);
    }

    [Fact]
    public async Task AsyncForms_DoTheSame()
    {
        var person = Person.Make(1);
        await People.InsertAsync(person);
        person.Name = "changed";

        Assert.True(await People.UpdateAsync(person));
        Assert.Equal("changed", People.Find(1)!.Name);
        Assert.False(await People.UpsertAsync(new Person { Id = 2 }));
        Assert.Equal(2, await People.InsertManyAsync([new(), new()]));
        Assert.True(await People.DeleteAsync(1));
        Assert.Equal(2, await People.DeleteManyAsync([2, 3, 77]));
        Assert.Equal(1, People.Count);
    }

    [Fact]
    public void Update_ByAnOlderClass_KeepsWhatItDoesNotKnow()
    {
        People.Insert(Person.Make(7));
        var old = _test.Db.GetCollection<OldPerson>("people");

        var known = old.Find(1)!;
        known.Name = "renamed";
        old.Update(known);

        var person = People.Find(1)!;
        Assert.Equal(("renamed", "m7@example.org", "city 0"), (person.Name, person.Mail, person.Address!.City));
    }

    [Fact]
    public void Insert_ByANewerClass_ExtendsTheFields()
    {
        var old = _test.Db.GetCollection<OldPerson>("people");
        old.Insert(new OldPerson { Name = "old" });

        Assert.Equal("old", People.Find(1)!.Name);
        Assert.Empty(People.Find(1)!.Tags);
        People.Insert(Person.Make(3));
        _test.Reopen();

        Assert.Equal("name 3", _test.Db.GetCollection<OldPerson>("people").Find(2)!.Name);
        Assert.Equal("m3@example.org", People.Find(2)!.Mail);
    }

    [Fact]
    public void DeleteMany_ByKeys_CountsThoseThatWereThere()
    {
        People.InsertMany(Enumerable.Range(1, 1_000).Select(Person.Make));

        Assert.Equal(500, People.DeleteMany(Enumerable.Range(501, 1_000)));

        Assert.Equal(500, People.Count);
        Assert.True(People.Delete(500));
        Assert.False(People.Delete(500));
    }

    internal sealed class OldPerson
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }
}

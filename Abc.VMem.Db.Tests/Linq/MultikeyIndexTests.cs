using System.Linq.Expressions;
using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>
/// A compound index with a list in it has an entry for each element, so none for a document whose list is empty.
/// Queries on its other members took it all the same, and did not find those documents: random operations on an index
/// of a number and tags found that after three of them.
/// </summary>
public sealed class MultikeyIndexTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private DocumentCollection<Person> People => _test.Db.GetCollection<Person>("people");

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData("Age", "Tags[]")]
    [InlineData("Tags[]", "Age")]
    [InlineData("Age", "Orders[].ProductId")]
    [InlineData("Age", "Tags[]", "Name")]
    public void Query_OnOtherMembersOfTheIndex_FindsDocumentsWithEmptyLists(params string[] paths)
    {
        Person[] persons =
        [
            new() { Id = 1, Age = 30, Name = "a" },
            new() { Id = 2, Age = 30, Name = "a", Tags = ["x", "y"] },
            new() { Id = 3, Age = 31, Name = "b", Tags = ["x"] },
            new() { Id = 4, Age = 31, Name = "b" },
        ];
        People.InsertMany(persons);
        People.EnsureIndex("compound", paths);

        Check(persons, p => p.Age == 30);
        Check(persons, p => p.Age == 30 && p.Name == "a");
        Check(persons, p => p.Age > 30);
        Check(persons, p => p.Age >= 30 && !p.Tags.Contains("x"));
        Check(persons, p => p.Age == 30 && p.Tags.Contains("x"));
        Check(persons, p => p.Age == 30 && (p.Tags.Contains("x") || p.Name == "a"));
        Check(persons, p => p.Age == 31 && p.Tags.Any(tag => tag != "x"));
        Assert.Equal(2, People.DeleteMany(p => p.Age == 30));
    }

    [Fact]
    public void Query_ThatNeedsAnElement_UsesTheCompoundIndex()
    {
        People.EnsureIndex("compound", ["Age", "Tags[]"]);

        var plan = People.AsQueryable().Where(p => p.Age > 30 && p.Tags.Contains("x")).Explain().ToString();

        Assert.Contains("index compound", plan, StringComparison.Ordinal);
    }

    private void Check(Person[] persons, Expression<Func<Person, bool>> predicate)
    {
        var expected = persons.Where(predicate.Compile()).Select(p => p.Id).ToList();
        var query = People.AsQueryable().Where(predicate);
        Assert.Equal(expected, query.OrderBy(p => p.Id).Select(p => p.Id));
        Assert.Equal(expected.Count, query.Count());
    }
}

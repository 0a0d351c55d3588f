using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Half of a surrogate pair: no text that can be stored, but one that a query can compute.</summary>
public sealed class HalfPairTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    /// <summary>A text that is half of a pair, in a key of several parts.</summary>
    [Fact]
    public void OrderBy_TupleWithHalfAPair_IsOrdinal()
    {
        var expected = database.Things
            .OrderBy(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name, StringComparer.Ordinal)
            .ThenBy(x => x.Id).Select(x => x.Id);
        var query = database.Indexed.AsQueryable()
            .OrderBy(x => Tuple.Create(x.Name.Length > 1 ? x.Name.Substring(1) : x.Name, x.Id));
        Assert.Equal(expected, query.Select(x => x.Id));
    }

    /// <summary>The same, as a tuple that is a value.</summary>
    [Fact]
    public void OrderBy_ValueTupleWithHalfAPair_IsOrdinal()
    {
        var expected = database.Things
            .OrderBy(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name, StringComparer.Ordinal)
            .ThenBy(x => x.Id).Select(x => x.Id);
        var query = database.Indexed.AsQueryable()
            .OrderBy(x => ValueTuple.Create(x.Name.Length > 1 ? x.Name.Substring(1) : x.Name, x.Id));
        Assert.Equal(expected, query.Select(x => x.Id));
    }

    /// <summary>Half a pair as a character, and as the key of groups, distinct rows and orders of rows.</summary>
    [Fact]
    public void Queries_WithHalfAPair_AnswerAsObjects()
    {
        var objects = database.Things.ToList();
        var rows = database.Indexed.AsQueryable();
        Assert.Equal(
            objects.OrderBy(x => x.Name.Length > 1 ? x.Name[1] : 'a').Select(x => x.Id),
            rows.OrderBy(x => x.Name.Length > 1 ? x.Name[1] : 'a').Select(x => x.Id));
        Assert.Equal(
            objects.GroupBy(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name).Select(g => g.Count()).Order(),
            rows.GroupBy(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name).Select(g => g.Count())
                .ToList().Order());
        Assert.Equal(
            objects.Select(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name).Distinct().Count(),
            rows.Select(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name).Distinct().Count());
        Assert.Equal(
            objects.Select(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name).Order(StringComparer.Ordinal),
            rows.Select(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name).OrderBy(x => x).ToList());
        Assert.Equal(
            objects.Count(x => x.Name == "😀y".Substring(1)), rows.Count(x => x.Name == "😀y".Substring(1)));
        var half = "😀y".Substring(1);
        Assert.Equal(
            objects.Where(x => string.CompareOrdinal(x.Name, half) > 0).Select(x => x.Id),
            rows.Where(x => x.Name.CompareTo(half) > 0).Select(x => x.Id).ToList());
    }

    /// <summary>Half a pair is the key of no document.</summary>
    [Fact]
    public void Where_KeyIsHalfAPair_FindsNothing()
    {
        using var test = new Support.TestDatabase();
        var notes = test.Db.GetCollection<Note>("notes");
        notes.Insert(new Note { Id = "a", Text = "x" });
        notes.EnsureIndex("text", ["Text"]);
        var half = "😀".Substring(1);
        Assert.Empty(notes.AsQueryable().Where(x => x.Text == half).ToList());
        Assert.Single(notes.AsQueryable().Where(x => x.Text != half).ToList());
        Assert.Empty(notes.AsQueryable().Where(x => x.Text.StartsWith(half)).ToList());
        string[] halves = [half, "x"];
        Assert.Single(notes.AsQueryable().Where(x => halves.Contains(x.Text)).ToList());
        Assert.Null(notes.AsQueryable().FirstOrDefault(x => x.Id == half));
        Assert.Single(notes.AsQueryable().Where(x => x.Id != half).ToList());
        Assert.Empty(notes.AsQueryable().Where(x => x.Id.CompareTo(half) > 0).ToList());
        Assert.Single(notes.AsQueryable().Where(x => halves.Contains(x.Id) || x.Text == "x").ToList());
    }

    internal sealed class Note
    {
        public string Id { get; set; } = "";

        public string Text { get; set; } = "";
    }
}

using System.Text.RegularExpressions;
using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>The text of plans: how documents are found, filtered, ordered, and what runs elsewhere.</summary>
public sealed class ExplainTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    private IQueryable<Thing> Query => database.Indexed.AsQueryable();

    [Fact]
    public void Explain_PrimaryKey_ShowsKeyAndValue()
    {
        var id = 7;
        Check(Query.Where(x => x.Id == id), """
            from      indexed
            find      primary key: Id = 7 (id)
            """);
    }

    [Fact]
    public void Explain_IndexAndFilter_ShowsWhichIsWhich()
    {
        var (age, word) = (20, "nn");
        Check(Query.Where(x => x.Age > age && x.Age <= 30 && x.Name.Contains(word) && x.Label.Length > 3), """
            from      indexed
            find      index Age: Age > 20 (age) and Age <= 30
            filter    on bytes: Name contains "nn" (word)
            filter    compiled: (x.Label.Length > 3)  -- String.Length runs on decoded documents
            """);
    }

    [Fact]
    public void Explain_Compound_ShowsBothParts() =>
        Check(Query.Where(x => x.Color == Color.Green && x.Age > 30).OrderByDescending(x => x.Age).Take(3), """
            from      indexed
            find      index Color_Age: Color = Green and Age > 30
            order     x.Age descending: kept from the index
            slice     take 3
            """);

    [Fact]
    public void Explain_ListAndTail_ShowsClientPart() =>
        Check(Query.Where(x => x.Tags.Contains("t3")).GroupBy(x => x.Color).Select(g => g.Key), """
            from      indexed
            find      index Tags[]: any of Tags[]: element = "t3"
            client    GroupBy, Select in LINQ to Objects  -- GroupBy runs on rows
            memory    GroupBy: beyond its share in temporary pages
            """);

    [Fact]
    public void Explain_NoIndex_ShowsSortAndProjection() =>
        Check(database.Plain.AsQueryable().OrderBy(x => x.Name).Skip(2).Take(5).Select(x => new { x.Name, x.Age }), """
            from      plain
            find      all documents
            order     x.Name: sorted in memory, the first 7
            slice     skip 2, take 5
            select    new(Name = x.Name, Age = x.Age), from bytes
            """);

    [Fact]
    public void Explain_Contradiction_SaysSo() =>
        Check(Query.Where(x => x.Age > 10 && x.Age < 5), """
            from      indexed
            find      nothing: no value fulfils the conditions
            """);

    [Fact]
    public void Explain_Lists_ShowsRanges()
    {
        int[] ids = [3, 1, 2];
        Check(Query.Where(x => ids.Contains(x.Id)), """
            from      indexed
            find      primary key: Id in [3, 1, 2] (ids), 3 ranges
            """);
    }

    [Fact]
    public void Explain_End_ShowsIt()
    {
        var plan = Query.Explain(q => q.Count(x => x.Age > 30), analyze: true);
        Assert.StartsWith(
            """
            from      indexed
            find      index Age: Age > 30
            end       Count
            """.ReplaceLineEndings("\n"),
            plan.ToString(),
            StringComparison.Ordinal);
        Assert.EndsWith("read      0 documents, 0 index entries; 1 rows", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_OptionalFilter_TakesTheWayItsValueAllows()
    {
        string? name = null;
        var query = Query.Where(x => name == null || x.Name == name);
        Assert.Contains("all documents", query.Explain().ToString(), StringComparison.Ordinal);
        name = "Anna";
        Assert.Contains("index Name", query.Explain().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_Analyze_ShowsWhatWasRead()
    {
        var plan = Query.Where(x => x.Age == 20).Explain(analyze: true);
        Assert.Equal(("indexed", "Age"), (plan.Collection, plan.Index));
        Assert.True(plan.Rows > 0);
        Assert.Equal(plan.Rows, plan.DocumentsRead);
        Assert.Equal(plan.Rows, plan.IndexEntriesRead);
        Assert.EndsWith(
            $"read      {plan.Rows} documents, {plan.Rows} index entries; {plan.Rows} rows",
            plan.ToString(),
            StringComparison.Ordinal);
        Assert.Null(Query.Where(x => x.Age == 20).Explain().Rows);
    }

    [Fact]
    public void Explain_Foreign_SaysWhatItWants()
    {
        var foreign = new[] { 1, 2 }.AsQueryable();
        var error = Assert.Throws<ArgumentException>(() => foreign.Explain());
        Assert.Contains("AsQueryable()", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => foreign.AsAsyncEnumerable());
        Assert.Throws<ArgumentException>(() => Query.Explain(q => q.Where(x => x.Active)));
    }

    private static void Check<T>(IQueryable<T> query, string expected)
    {
        // The share follows from the cap, which whoever runs the tests chooses.
        var text = Regex.Replace(query.Explain().ToString(), "beyond [0-9]+ KB", "beyond its share");
        Assert.Equal(expected.ReplaceLineEndings("\n"), text[..text.LastIndexOf('\n')]);
    }
}

using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Values too long for an index entry are cut there: answers and orders stay exact.</summary>
public sealed class LongValueTests : IDisposable
{
    private static readonly string Long = new('x', 300);
    private readonly TestDatabase _database = new();
    private readonly List<Note> _notes = [.. Enumerable.Range(1, 60).Select(Create)];

    public LongValueTests()
    {
        Notes.InsertMany(Enumerable.Range(1, 60).Select(Create));
        Notes.EnsureIndex(x => x.Text);
        Notes.EnsureIndex(x => new { x.Group, x.Text });
        Notes.EnsureIndex(x => x.Words);
    }

    private DocumentCollection<Note> Notes => _database.Db.GetCollection<Note>("notes");

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Query_LongTexts_EqualsLinqToObjects()
    {
        var text = Long + "3";
        var texts = new List<string> { Long + "3", Long + "5", "short 4", Long };
        Check(q => q.Where(x => x.Text == text));
        Check(q => q.Where(x => x.Text != text));
        Check(q => q.Where(x => string.CompareOrdinal(x.Text, text) > 0));
        Check(q => q.Where(x => string.CompareOrdinal(x.Text, text) <= 0));
        Check(q => q.Where(x => x.Text.StartsWith(Long)));
        Check(q => q.Where(x => x.Text.StartsWith(text)));
        Check(q => q.Where(x => !x.Text.StartsWith(text)));
        Check(q => q.Where(x => texts.Contains(x.Text)));
        Check(q => q.Where(x => x.Group == 1 && x.Text == text));
        Check(q => q.Where(x => x.Group == 1 && texts.Contains(x.Text)));
        Check(q => q.Where(x => x.Words.Contains(text)));
        Check(q => q.Where(x => x.Words.Any(w => texts.Contains(w))));
        Check(q => q.Count(x => x.Text == text));
        Check(q => q.Any(x => x.Text == Long + "nowhere"));
    }

    [Fact]
    public void Order_LongTexts_EqualsLinqToObjects()
    {
        Check(q => q.OrderBy(x => x.Text));
        Check(q => q.OrderByDescending(x => x.Text));
        Check(q => q.OrderBy(x => x.Text).Skip(3).Take(9));
        Check(q => q.OrderBy(x => x.Group).ThenBy(x => x.Text));
        Check(q => q.OrderByDescending(x => x.Group).ThenByDescending(x => x.Text).Take(20));
        Check(q => q.OrderBy(x => x.Text).Last());
        Check(q => q.Where(x => x.Group == 2).OrderByDescending(x => x.Text));
    }

    private void Check(Func<IQueryable<Note>, object?> query) => Assert.Equal(
        ResultText.Of(() => query(_notes.AsQueryable())),
        ResultText.Of(() => query(Notes.AsQueryable())));

    private static Note Create(int i) => new()
    {
        Id = i,
        Group = i % 3,
        Text = i % 4 == 0 ? $"short {i % 8}" : Long + (i * 7 % 10),
        Words = [Long + (i % 5), $"word {i}"],
    };

    internal sealed class Note
    {
        public int Id { get; set; }

        public int Group { get; set; }

        public string Text { get; set; } = "";

        public List<string> Words { get; set; } = [];
    }
}

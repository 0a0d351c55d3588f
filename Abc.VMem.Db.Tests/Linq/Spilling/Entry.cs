namespace Abc.VMem.Db.Tests.Linq.Spilling;

/// <summary>A small document, for queries over many.</summary>
internal sealed class Entry
{
    public int Id { get; set; }

    public int Account { get; set; }

    public int Kind { get; set; }

    public string Text { get; set; } = "";

    /// <summary>So many of them, the same for the same count.</summary>
    public static IEnumerable<Entry> Many(int count) => Enumerable.Range(1, count).Select(i => new Entry
    {
        Id = i,
        Account = (int)((uint)(i * 2654435761L) % (uint)Math.Max(1, count / 2)),
        Kind = i % 7,
        Text = $"text {i * 7919 % 100_003:D6} {new string('x', i % 40)}",
    });
}

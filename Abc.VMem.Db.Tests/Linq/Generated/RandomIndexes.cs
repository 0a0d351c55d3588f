namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>The indexes of which a collection of generated queries has some.</summary>
internal static class RandomIndexes
{
    private static readonly Action<DocumentCollection<Thing>>[] All =
    [
        c => c.EnsureIndex(x => x.Age),
        c => c.EnsureIndex(x => x.Name),
        c => c.EnsureIndex(x => x.Mail),
        c => c.EnsureIndex(x => x.Big),
        c => c.EnsureIndex(x => x.Small),
        c => c.EnsureIndex(x => x.Tiny),
        c => c.EnsureIndex(x => x.Unsigned),
        c => c.EnsureIndex(x => x.Huge),
        c => c.EnsureIndex(x => x.Score),
        c => c.EnsureIndex(x => x.Ratio),
        c => c.EnsureIndex(x => x.Price),
        c => c.EnsureIndex(x => x.Active),
        c => c.EnsureIndex(x => x.Flag),
        c => c.EnsureIndex(x => x.Rank),
        c => c.EnsureIndex(x => x.Created),
        c => c.EnsureIndex(x => x.Closed),
        c => c.EnsureIndex(x => x.Seen),
        c => c.EnsureIndex(x => x.Length),
        c => c.EnsureIndex(x => x.Day),
        c => c.EnsureIndex(x => x.At),
        c => c.EnsureIndex(x => x.Key, unique: true),
        c => c.EnsureIndex(x => x.Letter),
        c => c.EnsureIndex(x => x.Color),
        c => c.EnsureIndex(x => x.Maybe),
        c => c.EnsureIndex(x => x.Place!.City),
        c => c.EnsureIndex(x => x.Place!.Floor),
        c => c.EnsureIndex(x => x.Place!.Position!.North),
        c => c.EnsureIndex(x => x.Tags),
        c => c.EnsureIndex(x => x.Numbers),
        c => c.EnsureIndex(x => x.Lines.Select(line => line.Product)),
        c => c.EnsureIndex(x => x.Lines.Select(line => line.Note)),
        c => c.EnsureIndex(x => new { x.Color, x.Age }),
        c => c.EnsureIndex(x => new { x.Letter, x.Rank, x.Name }),
        c => c.EnsureIndex(x => new { x.Active, x.Score }),
        c => c.EnsureIndex(x => new { x.Rank, x.Mail }),
        c => c.EnsureIndex(x => new { x.Flag, x.Price, x.Created }),
    ];

    /// <summary>Numbers of a few indexes, or of many.</summary>
    public static int[] Choose(RandomValues values)
    {
        var count = values.Number(6) switch { 0 => 1, < 4 => 4, 4 => 10, _ => All.Length };
        return count == All.Length
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, count).Select(_ => values.Number(All.Length)).Distinct()];
    }

    /// <summary>Creates them.</summary>
    public static void Create(DocumentCollection<Thing> things, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            All[number](things);
        }
    }
}

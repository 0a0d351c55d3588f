namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// Makes random sets of things and parts: nulls at every step, duplicates, odd texts, extreme numbers.
/// </summary>
internal sealed class RandomDocuments(RandomValues values)
{
    private readonly bool _hasNullLists = values.Chance(10);
    private readonly bool _hasNullNames = values.Chance(50);

    /// <summary>Things in the order of their keys.</summary>
    public List<Thing> Things()
    {
        var count = values.Number(10) switch
        {
            0 => 0,
            1 => 1,
            < 8 => values.Number(40),
            8 => values.Number(120),
            _ => values.Number(300),
        };
        var keys = new SortedSet<int>();
        while (keys.Count < count)
        {
            keys.Add(values.Chance(5) ? (int)values.Of(typeof(int))! : values.Number(count * 2) - (count / 4));
            keys.Remove(0);
        }

        return [.. keys.Select(Thing)];
    }

    /// <summary>Parts in the order of their keys.</summary>
    public List<Part> Parts() => [.. Enumerable.Range(1, values.Number(25)).Select(Part)];

    /// <summary>One thing.</summary>
    public Thing Thing(int id) => new()
    {
        Id = id,
        Name = _hasNullNames && values.Chance(8) ? null! : values.Text(),
        Mail = values.Chance(25) ? null : values.Text(),
        Age = Of<int>(),
        Big = Of<long>(),
        Small = Of<short>(),
        Tiny = Of<byte>(),
        Unsigned = Of<uint>(),
        Huge = Of<ulong>(),
        Score = Of<double>(),
        Ratio = Of<float>(),
        Price = Of<decimal>(),
        Active = Of<bool>(),
        Flag = Of<bool?>(),
        Rank = Of<int?>(),
        Created = Of<DateTime>(),
        Closed = Of<DateTime?>(),
        Seen = Of<DateTimeOffset>(),
        Length = Of<TimeSpan>(),
        Day = Of<DateOnly>(),
        At = Of<TimeOnly>(),
        Key = new Guid(id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
        Letter = Of<char>(),
        Color = Of<Color>(),
        Maybe = Of<Color?>(),
        Place = values.Chance(25) ? null : Place(),
        Tags = Maybe(List(4, values.Text)),
        Numbers = Maybe(List(4, Of<int>).ToArray()),
        Lines = Maybe(List(4, Line)),
        Attributes = Maybe(List(3, values.Text).Distinct(StringComparer.Ordinal).ToDictionary(k => k, _ => Of<int>())),
    };

    /// <summary>A thing that is like another but for a change.</summary>
    public static Thing Copy(Thing thing, Action<Thing> change)
    {
        var copy = new Thing();
        foreach (var property in typeof(Thing).GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(copy, property.GetValue(thing));
        }

        change(copy);
        return copy;
    }

    private Part Part(int id) => new()
    {
        Id = id,
        Owner = Of<int>(),
        Rank = Of<int?>(),
        Name = values.Chance(20) ? null : values.Text(),
        Weight = Of<decimal>(),
        Color = Of<Color>(),
        Tags = List(3, values.Text),
    };

    private Place Place() => new()
    {
        City = values.Chance(20) ? null : values.Text(),
        Floor = Of<int>(),
        Position = values.Chance(40) ? null : new Position { North = Of<double>() },
    };

    private Line Line() => new()
    {
        Product = Of<int>(),
        Price = Of<decimal>(),
        Note = values.Chance(30) ? null : values.Text(),
    };

    private List<T> List<T>(int below, Func<T> create) =>
        [.. Enumerable.Range(0, values.Number(below)).Select(_ => create())];

    private T Maybe<T>(T list)
        where T : class => _hasNullLists && values.Chance(6) ? null! : list;

    private T Of<T>() => (T)values.Of(typeof(T))!;
}

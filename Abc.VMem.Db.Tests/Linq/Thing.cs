namespace Abc.VMem.Db.Tests.Linq;

internal enum Color
{
    Red = 1,
    Green = 2,
    Blue = 4,
}

/// <summary>What code that is generic over its documents knows of them.</summary>
internal interface IThing
{
    int Id { get; }
}

/// <summary>
/// A document with a member of every type that queries compare, and with nulls, lists and nested documents.
/// </summary>
internal sealed class Thing : IThing
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string? Mail { get; set; }

    public int Age { get; set; }

    public long Big { get; set; }

    public short Small { get; set; }

    public byte Tiny { get; set; }

    public uint Unsigned { get; set; }

    public ulong Huge { get; set; }

    public double Score { get; set; }

    public float Ratio { get; set; }

    public decimal Price { get; set; }

    public bool Active { get; set; }

    public bool? Flag { get; set; }

    public int? Rank { get; set; }

    public DateTime Created { get; set; }

    public DateTime? Closed { get; set; }

    public DateTimeOffset Seen { get; set; }

    public TimeSpan Length { get; set; }

    public DateOnly Day { get; set; }

    public TimeOnly At { get; set; }

    public Guid Key { get; set; }

    public char Letter { get; set; }

    public Color Color { get; set; }

    public Color? Maybe { get; set; }

    public Place? Place { get; set; }

    public List<string> Tags { get; set; } = [];

    public int[] Numbers { get; set; } = [];

    public List<Line> Lines { get; set; } = [];

    public Dictionary<string, int> Attributes { get; set; } = [];

    /// <summary>Computed, so not stored.</summary>
    public string Label => $"{Name}/{Age}";

    public override string ToString() => $"Thing {Id}";
}

internal sealed class Place
{
    public string? City { get; set; }

    public int Floor { get; set; }

    public Position? Position { get; set; }
}

internal sealed class Position
{
    public double North { get; set; }
}

internal sealed class Line
{
    public int Product { get; set; }

    public decimal Price { get; set; }

    public string? Note { get; set; }
}

/// <summary>
/// Makes things that meet the traps: equal sort keys, nulls at each step, NaN, extreme numbers, odd texts.
/// </summary>
internal static class Things
{
    private static readonly string[] Names =
        ["Anna", "anna", "Bert", "bert", "Ädam", "", "Z", "\uE000x", "😀y", "An", "Annabel", "zoë", "Ann\0a"];

    private static readonly double[] Scores =
        [0, -0.0, 1.5, -2.25, double.NaN, double.MaxValue, double.NegativeInfinity, 0.1, 1e-300, 7];

    /// <summary>The same things for the same count.</summary>
    public static List<Thing> Create(int count) => [.. Enumerable.Range(1, count).Select(CreateOne)];

    private static Thing CreateOne(int i) => new()
    {
        Id = i,
        Name = Names[i % Names.Length] + (i % 3 == 0 ? $"{i % 5}" : ""),
        Mail = i % 4 == 0 ? null : $"m{i % 9}@x.org",
        Age = (i * 7 % 60) - 5,
        Big = i % 11 == 0 ? long.MaxValue - i : (long)i * 1_000_000_007,
        Small = (short)(i * 31),
        Tiny = (byte)i,
        Unsigned = i % 5 == 0 ? uint.MaxValue - (uint)i : (uint)i,
        Huge = i % 5 == 0 ? ulong.MaxValue - (ulong)i : (ulong)i,
        Score = Scores[i % Scores.Length],
        Ratio = i % 13 == 0 ? float.NaN : i / 10f,
        Price = i % 2 == 0 ? i : i + 0.50m,
        Active = i % 3 == 0,
        Flag = (i % 3) switch { 0 => null, 1 => true, _ => false },
        Rank = i % 5 == 0 ? null : i % 7,
        Created = new DateTime(2020, 1, 1, 0, 0, 0, i % 2 == 0 ? DateTimeKind.Utc : DateTimeKind.Local).AddDays(i % 40),
        Closed = i % 3 == 0 ? null : new DateTime(2021, 6, 1).AddHours(i),
        Seen = new DateTimeOffset(2022, 3, 1, 12, 0, 0, TimeSpan.FromHours((i % 5) - 2)).AddMinutes(i % 30),
        Length = TimeSpan.FromMinutes((i * 13 % 100) - 50),
        Day = new DateOnly(2023, 1, 1).AddDays(i * 3 % 100),
        At = new TimeOnly(0, 0).AddMinutes(i * 17 % 1440),
        Key = new Guid(i * 7919, (short)i, 3, 4, 5, 6, 7, 8, 9, 10, (byte)i),
        Letter = (char)('a' + (i % 6)),
        Color = (Color)(1 << (i % 3)),
        Maybe = i % 4 == 0 ? null : (Color)(1 << (i % 3)),
        Place = i % 6 == 0 ? null : CreatePlace(i),
        Tags = [.. Enumerable.Range(0, i % 4).Select(t => $"t{(i + t) % 8}")],
        Numbers = [.. Enumerable.Range(0, i % 3).Select(n => (i + n) % 10)],
        Lines = [.. Enumerable.Range(0, i % 4).Select(l => CreateLine(i, l))],
        Attributes = i % 2 == 0 ? new() { ["a"] = i } : new() { ["a"] = -i, ["b"] = i % 5 },
    };

    private static Place CreatePlace(int i) => new()
    {
        City = i % 7 == 0 ? null : $"city{i % 8}",
        Floor = i % 9,
        Position = i % 4 == 1 ? new Position { North = i } : null,
    };

    private static Line CreateLine(int i, int line) => new()
    {
        Product = (i + line) % 12,
        Price = (i % 10) + (line * 0.25m),
        Note = line == 0 ? null : $"note {i % 5}",
    };
}

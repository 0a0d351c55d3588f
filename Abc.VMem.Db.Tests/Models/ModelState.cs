using System.Collections.Immutable;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// All that a database holds, as it should be. Immutable, so that what a snapshot or a savepoint sees costs nothing.
/// Null = there is no such structure.
/// </summary>
internal sealed record ModelState(
    ImmutableArray<TableState?> Tables,
    ImmutableArray<ImmutableSortedDictionary<int, Value>?> Maps,
    ImmutableArray<ImmutableList<int>?> Lists,
    ImmutableArray<ImmutableList<int>?> Stacks,
    ImmutableArray<string?> Strings)
{
    /// <summary>Nothing.</summary>
    public static ModelState Empty { get; } = new(
        [.. new TableState?[Models.Table.All.Count]],
        [.. new ImmutableSortedDictionary<int, Value>?[Models.Map.All.Count]],
        [.. new ImmutableList<int>?[NamedList.All.Count]],
        [null],
        [null]);

    public TableState Table(int table) => Tables[table] ?? TableState.Empty;

    public ImmutableSortedDictionary<int, Value> Map(int map) =>
        Maps[map] ?? ImmutableSortedDictionary<int, Value>.Empty;

    public ImmutableList<int> List(int list) => Lists[list] ?? [];

    public ImmutableList<int> Stack(int stack) => Stacks[stack] ?? [];

    public string String(int text) => Strings[text] ?? "";

    public ModelState WithTable(int table, TableState? state) => this with { Tables = Tables.SetItem(table, state) };

    public ModelState WithMap(int map, ImmutableSortedDictionary<int, Value>? state) =>
        this with { Maps = Maps.SetItem(map, state) };

    public ModelState WithList(int list, ImmutableList<int>? state) => this with { Lists = Lists.SetItem(list, state) };

    public ModelState WithStack(int stack, ImmutableList<int>? state) =>
        this with { Stacks = Stacks.SetItem(stack, state) };

    public ModelState WithString(int text, string? state) => this with { Strings = Strings.SetItem(text, state) };
}

/// <summary>Bytes of a length; see <see cref="ModelData.Bytes"/>.</summary>
internal readonly record struct Value(int Length, int Seed);

/// <summary>A collection.</summary>
/// <param name="Rows">The documents by the numbers of their keys.</param>
/// <param name="Codes">How many documents have each code.</param>
/// <param name="Indexes">Names of the indexes.</param>
/// <param name="Mark">The highest number that was a key.</param>
internal sealed record TableState(
    ImmutableSortedDictionary<int, Row> Rows,
    ImmutableDictionary<int, int> Codes,
    ImmutableSortedSet<string> Indexes,
    int Mark)
{
    public static TableState Empty { get; } = new(
        ImmutableSortedDictionary<int, Row>.Empty,
        ImmutableDictionary<int, int>.Empty,
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
        0);

    private bool IsUnique => Indexes.Contains(Index.Unique.Name);

    /// <summary>Whether a row can't be put under a key because another one has its code.</summary>
    public bool Refuses(int key, Row row) =>
        IsUnique
        && row.Code >= 0
        && Codes.TryGetValue(row.Code, out var count)
        && (count > 1 || !(Rows.TryGetValue(key, out var old) && old.Code == row.Code));

    /// <summary>Whether documents share a code.</summary>
    public bool HasDuplicates => Codes.Any(pair => pair.Value > 1);

    public TableState Put(int key, Row row)
    {
        var without = Remove(key);
        return without with
        {
            Rows = without.Rows.Add(key, row),
            Codes = row.Code < 0
                ? without.Codes
                : without.Codes.SetItem(row.Code, without.Codes.GetValueOrDefault(row.Code) + 1),
            Mark = Math.Max(Mark, key),
        };
    }

    public TableState Remove(int key)
    {
        if (!Rows.TryGetValue(key, out var old))
        {
            return this;
        }

        var count = old.Code < 0 ? 0 : Codes[old.Code];
        return this with
        {
            Rows = Rows.Remove(key),
            Codes = count == 0 ? Codes : count == 1 ? Codes.Remove(old.Code) : Codes.SetItem(old.Code, count - 1),
        };
    }
}

/// <summary>An index that a collection can have.</summary>
internal sealed record Index(string Name, string Paths, bool IsUnique = false)
{
    public static IReadOnlyList<Index> All { get; } =
    [
        new("by_number", "Number"),
        new("by_group", "Group"),
        new("by_group_number", "Group Number"),
        new("by_tag", "Tags[]"),
        new("by_label", "Label"),
        new("by_code", "Code", IsUnique: true),
        new("by_number_tag", "Number Tags[]"),
    ];

    public static Index Unique => All[5];
}

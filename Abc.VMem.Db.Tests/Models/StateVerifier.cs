namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// Compares everything that a database holds with the model. That the indexes fit the documents is left to the
/// database's own check, which compares them both ways.
/// </summary>
internal static class StateVerifier
{
    private static readonly string[] s_kinds = ["Collection", "Map", "List", "Stack", "String"];

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(Place place, ModelState state) =>
        All(place, state).Select(comparison => comparison.Difference()).FirstOrDefault(text => text is not null);

    /// <summary>Runs all comparisons, writing each as C# before.</summary>
    public static void Compare(
        Place place, ModelState state, Action<string> write, Action<string?> verify, bool isScript)
    {
        foreach (var comparison in All(place, state))
        {
            if (isScript)
            {
                write(comparison.Code());
            }

            verify(comparison.Difference());
        }
    }

    private static IEnumerable<Comparison> All(Place place, ModelState state) =>
        Names(place, state)
            .Concat(Table.All.SelectMany((table, i) => OfTable(place, table, state.Table(i))))
            .Concat(Map.All.SelectMany((map, i) => OfMap(place, map, state.Map(i))))
            .Concat(NamedList.All.SelectMany((list, i) => OfList(place, list, state.List(i))))
            .Append(StackOperations.Whole(place, state))
            .Append(StringOperations.Whole(place, state));

    private static IEnumerable<Comparison> Names(Place place, ModelState state)
    {
        string[][] expected =
        [
            [.. Table.All.Select(t => t.Name).Where((_, i) => state.Tables[i] is not null)],
            [.. Map.All.Select(t => t.Name).Where((_, i) => state.Maps[i] is not null)],
            [.. NamedList.All.Select(t => t.Name).Where((_, i) => state.Lists[i] is not null)],
            state.Stacks[0] is null ? [] : [StackOperations.Name],
            state.Strings[0] is null ? [] : [StringOperations.Name],
        ];
        return expected.Select((names, i) =>
        {
            var text = string.Join(" ", names.Order(StringComparer.Ordinal));
            return new Comparison(
                () => Differences.Of(text, string.Join(" ", place.Names[i])),
                () => $"Assert.Equal(\"{text}\", string.Join(\" \", {place.Name}.{s_kinds[i]}Names));");
        });
    }

    private static IEnumerable<Comparison> OfTable(Place place, Table table, TableState state)
    {
        yield return new(
            () => Differences.Of((long)state.Rows.Count, table.Count(place)),
            () => FormattableString.Invariant($"Assert.Equal({state.Rows.Count}, {table.In(place.Name)}.Count);"));
        yield return new(
            () => table.DiffersAll(place, state.Rows),
            () => $"Assert.Equal({table.Print(state.Rows)}, {table.In(place.Name)}.FindAll());");
        var names = string.Join(" ", state.Indexes);
        yield return new(
            () => Differences.Of(names, string.Join(" ", table.IndexNames(place))),
            () => $"Assert.Equal(\"{names}\", string.Join(\" \", {table.In(place.Name)}.IndexNames));");
    }

    private static IEnumerable<Comparison> OfMap(
        Place place, Map map, IReadOnlyDictionary<int, Value> state)
    {
        yield return new(
            () => Differences.Of((long)state.Count, map.Count(place)),
            () => FormattableString.Invariant($"Assert.Equal({state.Count}, {map.In(place.Name)}.Count);"));
        foreach (var descending in new[] { false, true })
        {
            var entries = descending ? state.Reverse() : state;
            yield return new(
                () => map.DiffersRange(place, 0, MapOperation.End, descending, int.MaxValue, entries),
                () => MapOperation.PrintScan(
                    map, place.Name, 0, MapOperation.End, descending, int.MaxValue, entries));
        }
    }

    private static IEnumerable<Comparison> OfList(
        Place place, NamedList list, System.Collections.Immutable.ImmutableList<int> state)
    {
        yield return new(
            () => Differences.Of((long)state.Count, list.Count(place)),
            () => FormattableString.Invariant($"Assert.Equal({state.Count}, {list.In(place.Name)}.Count);"));
        yield return new(
            () => list.DiffersAll(place, backward: false, state),
            () => $"Assert.Equal({list.Print(state)}, {list.In(place.Name)}.ToArray());");
        yield return new(
            () => list.DiffersAll(place, backward: true, state),
            () => $"Assert.Equal({list.Print(state.Reverse())}, {list.In(place.Name)}.Reverse());");
    }
}

/// <summary>One comparison of what a database holds.</summary>
/// <param name="Difference">Gives the difference, or null.</param>
/// <param name="Code">The same as a statement in C#.</param>
internal readonly record struct Comparison(Func<string?> Difference, Func<string> Code);

using System.Collections.Immutable;

namespace Abc.VMem.Db.Tests.Models;

using Entries = IEnumerable<KeyValuePair<int, Value>>;
using State = ImmutableSortedDictionary<int, Value>;

/// <summary>An operation on one map.</summary>
/// <param name="On">Which.</param>
internal abstract record MapOperation(int On) : Operation
{
    /// <summary>Above the numbers of all keys.</summary>
    public const int End = 4_000;

    protected Map Map => Map.All[On];

    /// <summary>A comparison of the values of a range in C#.</summary>
    public static string PrintScan(
        Map map, string place, int from, int to, bool descending, int take, Entries expected)
    {
        var values = string.Join(", ", expected.Select(entry => Map.Print(entry.Value)));
        return $"Assert.Equal(new byte[][] {{ {values} }}, {map.PrintRange(place, from, to, descending, take)});";
    }

    protected void Change<T>(
        ModelRun run, State? after, T expected, Func<WritablePlace, T> act, Func<string, string> code)
        where T : notnull =>
        run.Change(
            run.State.WithMap(On, after),
            place => Differences.Of(expected, act(place)),
            place => expected is bool isTrue
                ? $"Assert.{(isTrue ? "True" : "False")}({code(place)});"
                : FormattableString.Invariant($"Assert.Equal({expected}, {code(place)});"));
}

/// <summary>Puts an entry, or inserts it when there is none.</summary>
internal sealed record PutEntry(int On, int Key, Value Value, bool IsInsert) : MapOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Map(On);
        var isThere = state.ContainsKey(Key);
        Change(
            run,
            isThere && IsInsert ? run.State.Maps[On] : state.SetItem(Key, Value),
            isThere != IsInsert,
            place => IsInsert ? Map.Insert(place, Key, Value) : Map.Put(place, Key, Value),
            place => $"{Map.In(place)}.{(IsInsert ? "Insert" : "Put")}({Map.PrintKey(Key)}, {Map.Print(Value)})");
    }

    public override IEnumerable<Operation> Smaller() =>
        Below(Value.Length).Select(length => this with { Value = Value with { Length = length } });
}

internal sealed record RemoveEntry(int On, int Key) : MapOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Maps[On];
        Change(
            run,
            state?.Remove(Key),
            state?.ContainsKey(Key) ?? false,
            place => Map.Remove(place, Key),
            place => $"{Map.In(place)}.Remove({Map.PrintKey(Key)})");
    }
}

internal sealed record RemoveEntries(int On, int From, int To) : MapOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Maps[On];
        var keys = state?.Keys.Where(key => key >= From && key < To).ToList() ?? [];
        Change(
            run,
            state?.RemoveRange(keys),
            (long)keys.Count,
            place => Map.RemoveRange(place, From, To),
            place => $"{Map.In(place)}.RemoveRange({Map.PrintKey(From)}, {Map.PrintKey(To)})");
    }
}

/// <summary>Puts or inserts many; a step of 0 gives the same key again and again.</summary>
internal sealed record PutEntries(int On, int Key, int Count, int Step, Value Value, bool IsInsert) : MapOperation(On)
{
    private Entries Given => Enumerable.Range(0, Count).Select(i => new KeyValuePair<int, Value>(
        (Key + (i * Step)) % End, Value with { Seed = Value.Seed + i }));

    public override void Run(ModelRun run)
    {
        var before = run.State.Map(On);
        var state = before.ToBuilder();
        foreach (var (key, value) in Given)
        {
            if (!IsInsert || !state.ContainsKey(key))
            {
                state[key] = value;
            }
        }

        Change(
            run,
            Count == 0 ? run.State.Maps[On] : state.ToImmutable(),
            (long)(state.Count - before.Count),
            place => IsInsert ? Map.InsertRange(place, Given) : Map.PutRange(place, Given),
            place => $"{Map.In(place)}.{(IsInsert ? "InsertRange" : "PutRange")}({Map.PrintPairs(Given)})");
    }

    public override IEnumerable<Operation> Smaller() =>
        Below(Count).Select(count => this with { Count = count })
            .Concat(Below(Value.Length).Select(length => this with { Value = Value with { Length = length } }));
}

internal sealed record ClearMap(int On) : MapOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Change(
            run.State.WithMap(On, run.State.Maps[On]?.Clear()),
            place =>
            {
                Map.Clear(place);
                return null;
            },
            place => $"{Map.In(place)}.Clear();");
}

internal sealed record DropMap(int On) : MapOperation(On)
{
    public override void Run(ModelRun run) =>
        Change(
            run,
            null,
            run.State.Maps[On] is not null,
            place => place.Drop("Map", Map.Name),
            place => $"{place}.DropMap(\"{Map.Name}\")");
}

internal sealed record GetEntry(int On, int Key, int Where) : MapOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Map.DiffersAt(place, Key, state.Map(On).TryGetValue(Key, out var value) ? value : null),
            (place, state) => state.Map(On).TryGetValue(Key, out var value)
                ? $"Assert.Equal({Map.Print(value)}, Get({Map.In(place)}, {Map.PrintKey(Key)}));"
                : $"Assert.Null(Get({Map.In(place)}, {Map.PrintKey(Key)}));");
}

internal sealed record ContainsEntry(int On, int Key, int Where) : MapOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Differences.Of(state.Map(On).ContainsKey(Key), Map.Contains(place, Key)),
            (place, state) => $"Assert.{(state.Map(On).ContainsKey(Key) ? "True" : "False")}("
                + $"{Map.In(place)}.{Map.ContainsName}({Map.PrintKey(Key)}));");
}

internal sealed record CountEntries(int On, int Where) : MapOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Differences.Of((long)state.Map(On).Count, Map.Count(place)),
            (place, state) => FormattableString.Invariant(
                $"Assert.Equal({state.Map(On).Count}, {Map.In(place)}.Count);"));
}

internal sealed record ScanMap(int On, int From, int To, bool Descending, int Take, int Where) : MapOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Map.DiffersRange(place, From, To, Descending, Take, Expected(state)),
            (place, state) => PrintScan(Map, place, From, To, Descending, Take, Expected(state)));

    private Entries Expected(ModelState state)
    {
        var entries = state.Map(On).Where(entry => entry.Key >= From && entry.Key < To);
        return (Descending ? entries.Reverse() : entries).Take(Take);
    }
}

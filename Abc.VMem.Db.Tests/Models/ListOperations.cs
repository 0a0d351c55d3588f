using System.Collections.Immutable;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>An operation on one list. Indexes wrap around, so that any number is one.</summary>
/// <param name="On">Which.</param>
internal abstract record ListOperation(int On) : Operation
{
    protected NamedList List => NamedList.All[On];

    protected void Change(
        ModelRun run, ImmutableList<int>? after, Action<WritablePlace> act, Func<string, string> code) =>
        run.Change(
            run.State.WithList(On, after),
            place =>
            {
                act(place);
                return null;
            },
            code);

    protected static IReadOnlyList<int> Items(int item, int count) => [.. Enumerable.Range(item, count)];
}

internal sealed record InsertItems(int On, int Index, int Item, int Count) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.List(On);
        var (index, items) = (Index % (state.Count + 1), Items(Item, Count));
        Change(
            run,
            Count == 0 ? run.State.Lists[On] : state.InsertRange(index, items),
            place => List.Insert(place, index, items),
            place => FormattableString.Invariant(
                $"{List.In(place)}.Insert{(Count == 1 ? "" : "Range")}({List.In(place)}.PositionAt({index}), ")
                + (Count == 1 ? FormattableString.Invariant($"{Item});") : $"{List.Print(items)});"));
    }

    public override IEnumerable<Operation> Smaller() => Below(Count).Select(count => this with { Count = count });
}

internal sealed record AddItems(int On, int Item, int Count) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var items = Items(Item, Count);
        Change(
            run,
            Count == 0 ? run.State.Lists[On] : run.State.List(On).AddRange(items),
            place => List.Add(place, items),
            place => Count == 1
                ? FormattableString.Invariant($"{List.In(place)}.Add({Item});")
                : $"{List.In(place)}.AddRange({List.Print(items)});");
    }

    public override IEnumerable<Operation> Smaller() => Below(Count).Select(count => this with { Count = count });
}

internal sealed record RemoveItems(int On, int Index, int Count) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.List(On);
        if (state.Count == 0)
        {
            return;
        }

        var index = Index % state.Count;
        var count = Math.Min(Count, state.Count - index);
        Change(
            run,
            state.RemoveRange(index, count),
            place => List.RemoveRange(place, index, count),
            place => count == 1
                ? FormattableString.Invariant($"{List.In(place)}.RemoveAt({List.In(place)}.PositionAt({index}));")
                : FormattableString.Invariant($"{List.In(place)}.RemoveRange({List.In(place)}.PositionAt({index}), ")
                    + FormattableString.Invariant($"{List.In(place)}.PositionAt({index + count}));"));
    }

    public override IEnumerable<Operation> Smaller() => Below(Count).Select(count => this with { Count = count });
}

internal sealed record RemoveItem(int On, int Item) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.List(On);
        var expected = state.Contains(Item);
        run.Change(
            run.State.WithList(On, expected ? state.Remove(Item) : run.State.Lists[On]),
            place => Differences.Of(expected, List.Remove(place, Item)),
            place => FormattableString.Invariant(
                $"Assert.{(expected ? "True" : "False")}({List.In(place)}.Remove({Item}));"));
    }
}

internal sealed record RemoveItemsWhere(int On, int Modulus) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Lists[On];
        var after = state?.RemoveAll(item => item % Modulus == 0);
        var removed = (long)((state?.Count ?? 0) - (after?.Count ?? 0));
        var value = On == 0 ? "item" : "item.Value";
        run.Change(
            run.State.WithList(On, after),
            place => Differences.Of(removed, List.RemoveWhere(place, Modulus)),
            place => FormattableString.Invariant(
                $"Assert.Equal({removed}, {List.In(place)}.RemoveWhere(item => {value} % {Modulus} == 0));"));
    }
}

internal sealed record RemoveEdge(int On, bool Last) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Lists[On];
        var isThere = state is { Count: > 0 };
        var index = isThere && Last ? state!.Count - 1 : 0;
        var expected = (isThere, isThere ? state![index] : 0);
        run.Change(
            run.State.WithList(On, isThere ? state!.RemoveAt(index) : state),
            place => Differences.Of(expected, List.RemoveEdge(place, Last)),
            place => $"Assert.{(isThere ? "True" : "False")}("
                + $"{List.In(place)}.TryRemove{(Last ? "Last" : "First")}(out _));");
    }
}

internal sealed record SetItem(int On, int Index, int Item) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.List(On);
        if (state.Count > 0)
        {
            var index = Index % state.Count;
            Change(
                run,
                state.SetItem(index, Item),
                place => List.Set(place, index, Item),
                place => FormattableString.Invariant(
                    $"{List.In(place)}[{List.In(place)}.PositionAt({index})] = {Item};"));
        }
    }
}

internal sealed record ClearList(int On) : ListOperation(On)
{
    public override void Run(ModelRun run) =>
        Change(
            run, run.State.Lists[On]?.Clear(), place => List.Clear(place), place => $"{List.In(place)}.Clear();");
}

internal sealed record DropList(int On) : ListOperation(On)
{
    public override void Run(ModelRun run)
    {
        var isThere = run.State.Lists[On] is not null;
        run.Change(
            run.State.WithList(On, null),
            place => Differences.Of(isThere, place.Drop("List", List.Name)),
            place => $"Assert.{(isThere ? "True" : "False")}({place}.DropList(\"{List.Name}\"));");
    }
}

internal sealed record GetItem(int On, int Index, int Where) : ListOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) =>
            {
                var list = state.List(On);
                return list.Count == 0
                    ? Differences.Of(0L, List.Count(place))
                    : Differences.Of(list[Index % list.Count], List.Get(place, Index % list.Count));
            },
            (place, state) =>
            {
                var list = state.List(On);
                return list.Count == 0
                    ? $"Assert.Equal(0, {List.In(place)}.Count);"
                    : FormattableString.Invariant($"Assert.Equal({list[Index % list.Count]}, {List.In(place)}")
                        + FormattableString.Invariant($"[{List.In(place)}.PositionAt({Index % list.Count})]);");
            });
}

internal sealed record CountItems(int On, int Where) : ListOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Differences.Of((long)state.List(On).Count, List.Count(place)),
            (place, state) => FormattableString.Invariant(
                $"Assert.Equal({state.List(On).Count}, {List.In(place)}.Count);"));
}

internal sealed record ContainsItem(int On, int Item, int Where) : ListOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Differences.Of(state.List(On).Contains(Item), List.Contains(place, Item)),
            (place, state) => FormattableString.Invariant(
                $"Assert.{(state.List(On).Contains(Item) ? "True" : "False")}({List.In(place)}.Contains({Item}));"));
}

internal sealed record ScanList(int On, int Index, int Count, int Where) : ListOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) =>
            {
                var (from, to) = Range(state.List(On));
                return List.DiffersRange(place, from, to, state.List(On));
            },
            (place, state) =>
            {
                var (from, to) = Range(state.List(On));
                return $"Assert.Equal({List.Print(state.List(On).GetRange(from, to - from))}, "
                    + FormattableString.Invariant($"{List.In(place)}.Range({List.In(place)}.PositionAt({from}), ")
                    + FormattableString.Invariant($"{List.In(place)}.PositionAt({to})));");
            });

    private (int From, int To) Range(ImmutableList<int> list)
    {
        var from = Index % (list.Count + 1);
        return (from, Math.Min(from + Count, list.Count));
    }
}

using System.Collections.Immutable;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>What the operations on the stack have in common.</summary>
internal static class StackOperations
{
    public const string Name = "stack";

    /// <summary>Source text of the stack at a place.</summary>
    public static string In(string place) => $"{place}.GetStack<ModelItem>(\"{Name}\")";

    /// <summary>Compares all items, the top first.</summary>
    public static Comparison Whole(Place place, ModelState state)
    {
        var items = state.Stack(0).Reverse();
        return new(
            () => Differences.OfAll(
                items, place.StackView<ModelItem>(Name), (expected, item) => expected == item.Value),
            () => $"Assert.Equal(new ModelItem[] {{ {string.Join(", ", items)} }}, {In(place.Name)});");
    }
}

internal sealed record Push(int Item, int Count) : Operation
{
    public override void Run(ModelRun run)
    {
        var items = Enumerable.Range(Item, Count).ToList();
        run.Change(
            Count == 0 ? run.State : run.State.WithStack(0, run.State.Stack(0).AddRange(items)),
            place =>
            {
                var stack = place.Stack<ModelItem>(StackOperations.Name);
                if (Count == 1)
                {
                    stack.Push(Item);
                }
                else
                {
                    stack.PushRange(items.Select(item => new ModelItem(item)).ToArray());
                }

                return null;
            },
            place => Count == 1
                ? FormattableString.Invariant($"{StackOperations.In(place)}.Push({Item});")
                : $"{StackOperations.In(place)}.PushRange(new ModelItem[] {{ {string.Join(", ", items)} }});");
    }

    public override IEnumerable<Operation> Smaller() => Below(Count).Select(count => this with { Count = count });
}

internal sealed record Pop : Operation
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Stacks[0];
        var isThere = state is { Count: > 0 };
        var expected = (isThere, new ModelItem(isThere ? state![^1] : 0));
        run.Change(
            run.State.WithStack(0, isThere ? state!.RemoveAt(state.Count - 1) : state),
            place => Differences.Of(
                expected, (place.Stack<ModelItem>(StackOperations.Name).TryPop(out var item), item)),
            place => isThere
                ? FormattableString.Invariant($"Assert.Equal({state![^1]}, {StackOperations.In(place)}.Pop());")
                : $"Assert.False({StackOperations.In(place)}.TryPop(out _));");
    }
}

internal sealed record Peek(int Where) : Operation
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) =>
            {
                var isThere = place.StackView<ModelItem>(StackOperations.Name).TryPeek(out var item);
                return Differences.Of(Top(state.Stack(0)), (isThere, item.Value));
            },
            (place, state) => state.Stack(0).IsEmpty
                ? $"Assert.False({StackOperations.In(place)}.TryPeek(out _));"
                : FormattableString.Invariant(
                    $"Assert.Equal({state.Stack(0)[^1]}, {StackOperations.In(place)}.Peek());"));

    private static (bool IsThere, long Item) Top(ImmutableList<int> stack) =>
        stack.IsEmpty ? (false, 0) : (true, stack[^1]);
}

internal sealed record ClearStack : Operation
{
    public override void Run(ModelRun run) =>
        run.Change(
            run.State.WithStack(0, run.State.Stacks[0]?.Clear()),
            place =>
            {
                place.Stack<ModelItem>(StackOperations.Name).Clear();
                return null;
            },
            place => $"{StackOperations.In(place)}.Clear();");
}

internal sealed record DropStack : Operation
{
    public override void Run(ModelRun run)
    {
        var isThere = run.State.Stacks[0] is not null;
        run.Change(
            run.State.WithStack(0, null),
            place => Differences.Of(isThere, place.Drop("Stack", StackOperations.Name)),
            place => $"Assert.{(isThere ? "True" : "False")}({place}.DropStack(\"{StackOperations.Name}\"));");
    }
}

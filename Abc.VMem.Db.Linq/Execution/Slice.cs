using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>All skips and takes of a query as one: how many rows to pass over, and how many to give then.</summary>
/// <param name="Skip">Rows passed over.</param>
/// <param name="Limit">Rows given; <see cref="long.MaxValue"/> for all.</param>
internal readonly record struct Slice(long Skip, long Limit)
{
    /// <summary>Everything.</summary>
    public static Slice All => new(0, long.MaxValue);

    /// <summary>How many rows it needs to see; <see cref="long.MaxValue"/> for all.</summary>
    public long Seen => Limit == long.MaxValue || Skip > long.MaxValue - Limit ? long.MaxValue : Skip + Limit;

    /// <summary>Evaluates a query's skips and takes; negative ones count as zero, as in LINQ.</summary>
    public static Slice Of(IReadOnlyList<SliceNode> nodes, QueryArguments arguments)
    {
        var slice = All;
        foreach (var node in nodes)
        {
            var count = Math.Max(0, Read(node, arguments));
            slice = node.IsSkip ? slice.ThenSkip(count) : slice.ThenTake(count);
        }

        return slice;
    }

    /// <summary>The slice of which only the first rows are wanted.</summary>
    public Slice ThenTake(long count) => this with { Limit = Math.Min(Limit, count) };

    /// <summary>How many of a number of rows come through.</summary>
    public long Count(long rows) => Math.Max(0, Math.Min(Limit, rows - Skip));

    private Slice ThenSkip(long count) =>
        new(Skip + count, Limit == long.MaxValue ? Limit : Math.Max(0, Limit - count));

    private static int Read(SliceNode node, QueryArguments arguments) => node.Count is SlotExpression slot
        ? arguments.Get<int>(slot.Slot.Index)
        : (int)((System.Linq.Expressions.ConstantExpression)node.Count).Value!;
}

using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class DocumentPlan<T>
{
    /// <summary>Shows how the documents are found, filtered and ordered.</summary>
    public void Explain(PlanText text, QueryArguments arguments, RunReport report, Slice slice)
    {
        report.Access ??= AccessBinder.Bind(_paths, _conditions, arguments);
        text.Add("find", DescribeAccess(report.Access, arguments) + DescribeRun(report));
        if (report.Access.Ranges.Length > 0)
        {
            ExplainFilter(text, arguments, report);
            ExplainOrder(text, report.Access, slice, arguments.Memory);
        }
    }

    private string DescribeAccess(BoundAccess access, QueryArguments arguments)
    {
        var used = access.Used.Distinct().Order().Select(i => _conditions[i].Describe(arguments));
        var interval = string.Join(" and ", used);
        if (access.Ranges.Length == 0)
        {
            return "nothing: no value fulfils the conditions";
        }

        var ranges = access.Ranges.Length > 1 ? $", {access.Ranges.Length} ranges" : "";
        return access.Path switch
        {
            IndexPath path when interval.Length == 0 => $"index {path.Index.Name}, all entries",
            IndexPath path => $"index {path.Index.Name}: {interval}{ranges}",
            _ when interval.Length == 0 => "all documents",
            _ => $"primary key: {interval}{ranges}",
        };
    }

    private static string DescribeRun(RunReport report) =>
        (report.WasAbandoned ? "; given up for all documents: too many entries" : "")
        + (report.Collected >= 0 ? $"; {report.Collected} keys put in order before fetching" : "")
        + (report.WasDetached ? "; keys collected first, in a transaction" : "");

    private void ExplainFilter(PlanText text, QueryArguments arguments, RunReport report)
    {
        for (var i = 0; i < _conjuncts.Length; i++)
        {
            if (report.Access!.Covered[i] && !report.WasAbandoned)
            {
                continue;
            }

            var condition = _conditions[i];
            var onBytes = _conjuncts[i].TryBind(arguments) is not null;
            text.Add("filter", onBytes
                ? $"on bytes: {condition.Describe(arguments)}"
                : $"compiled: {condition.Describe(arguments)}  -- {ReasonOf(_conjuncts[i])}");
        }
    }

    private static string ReasonOf(ConjunctFilter<T> conjunct) => FindOpaque(conjunct.Condition) is { } opaque
        ? opaque.Reason
        : conjunct.IsOnBytes ? "these values have no place in the order of keys"
        : "reads a member that is not stored";

    private static OpaqueCondition? FindOpaque(Condition condition) => condition switch
    {
        OpaqueCondition opaque => opaque,
        NotCondition not => FindOpaque(not.Inner),
        AndCondition and => FindOpaque(and.Left) ?? FindOpaque(and.Right),
        OrCondition or => FindOpaque(or.Left) ?? FindOpaque(or.Right),
        AnyCondition { Element: { } element } => FindOpaque(element),
        _ => null,
    };

    private void ExplainOrder(PlanText text, BoundAccess access, Slice slice, QueryMemory memory)
    {
        if (_sort is null)
        {
            return;
        }

        var keys = _sort.Description;
        var order = access.Order;
        text.Add("order", _primaryOrder != PrimaryOrder.None ? $"{keys}: kept from the primary key"
            : order is null && slice.Seen < long.MaxValue ? $"{keys}: sorted in memory, the first {slice.Seen}"
            : order is null
                ? $"{keys}: sorted in memory, beyond {PlanText.Bytes(memory.LargestShareBytes)} in temporary pages"
            : order.KeysDone < _sort.Count ? $"{keys}: kept from the index, runs of equal entries sorted"
            : $"{keys}: kept from the index");
    }
}

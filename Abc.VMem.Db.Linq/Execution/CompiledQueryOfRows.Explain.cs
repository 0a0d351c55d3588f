using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class CompiledQuery<T, TRow>
{
    /// <inheritdoc/>
    public override void Explain(PlanText text, QueryArguments arguments, RunReport report)
    {
        var slice = Slice.Of(parts.Slices, arguments);
        documents.Explain(text, arguments, report, slice);
        if (slice != Slice.All)
        {
            text.Add("slice", slice.Limit == long.MaxValue ? $"skip {slice.Skip}"
                : slice.Skip == 0 ? $"take {slice.Limit}"
                : $"skip {slice.Skip}, take {slice.Limit}");
        }

        if (!parts.IsWholeDocument)
        {
            text.Add("select", factory.Description);
        }

        if (parts.End != QueryEnd.Rows)
        {
            text.Add("end", parts.End.ToString());
        }

        if (tail is not null)
        {
            text.Add("client", $"{string.Join(", ", Operators(tail.Body))} in LINQ to Objects  -- {tailReason}");
            ExplainMemory(text, arguments.Memory);
        }

        foreach (var share in arguments.Memory.Shares.Where(share => share.IsSpilled))
        {
            text.Add("spilled", FormattableString.Invariant(
                $"{share.User}: {share.Runs} runs, {share.RunPages} pages"));
        }
    }

    private void ExplainMemory(PlanText text, QueryMemory memory)
    {
        if (tail!.Spilling is not { } spilling)
        {
            return;
        }

        if (spilling.Users > 0)
        {
            var operators = string.Join(", ", spilling.SpillingOperators);
            text.Add("memory", $"{operators}: beyond {PlanText.Bytes(memory.LargestShareBytes)} in temporary pages");
        }

        foreach (var reason in spilling.OperatorsOnHeap)
        {
            text.Add("heap", reason);
        }
    }

    private static List<string> Operators(Expression tail)
    {
        var names = new List<string>();
        while (tail is MethodCallExpression call)
        {
            names.Add(call.Method.Name);
            tail = call.Object ?? call.Arguments[0];
        }

        names.Reverse();
        return names;
    }
}

using System.Text;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>Writes results as a Markdown table: each rate, then ours against the best of the others.</summary>
internal static class RaceTable
{
    /// <summary>The table; the first contender is ours.</summary>
    public static string Write(string[] names, IEnumerable<RaceRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine($"| work | unit | {string.Join(" | ", names)} | ours ÷ best other |");
        text.AppendLine($"|---|---|{string.Concat(names.Select(_ => "---:|"))}---:|");
        foreach (var row in rows)
        {
            var others = row.Values.Skip(1);
            var best = row.Unit == "MB" ? others.Min() : others.Max();
            text.AppendLine(
                $"| {row.Work} | {row.Unit} | {string.Join(" | ", row.Values.Select(Number))} "
                + $"| {row.Values[0] / best:N2} |");
        }

        return text.ToString();
    }

    private static string Number(double value) => value < 1000 ? $"{value:N1}" : $"{value:N0}";
}

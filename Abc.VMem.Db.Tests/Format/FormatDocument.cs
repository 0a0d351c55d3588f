using System.Globalization;
using System.Text.RegularExpressions;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Format;

/// <summary>One field as a table of docs/FORMAT.md, or the struct in the code, states it.</summary>
internal sealed record FieldRow(int Offset, int Size, string Name);

/// <summary>
/// The tables of docs/FORMAT.md that describe structs: those below a heading that names one, such as
/// "### `PageHeader`", up to the next heading.
/// </summary>
internal static partial class FormatDocument
{
    /// <summary>Path of the document, relative to the solution.</summary>
    public const string File = "docs/FORMAT.md";

    /// <summary>Rows by name of the struct, in the document's order.</summary>
    public static Dictionary<string, List<FieldRow>> ReadStructs() => ReadStructs(Repository.Read(File));

    /// <summary>As <see cref="ReadStructs()"/>, from a text.</summary>
    public static Dictionary<string, List<FieldRow>> ReadStructs(string text)
    {
        var structs = new Dictionary<string, List<FieldRow>>(StringComparer.Ordinal);
        List<FieldRow>? rows = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                var heading = StructHeading().Match(line);
                rows = heading.Success ? [] : null;
                if (heading.Success)
                {
                    structs.Add(heading.Groups[1].Value, rows!);
                }
            }
            else if (rows is not null && Row().Match(line) is { Success: true } row)
            {
                rows.Add(new FieldRow(Number(row.Groups[1]), Number(row.Groups[2]), row.Groups[3].Value));
            }
        }

        return structs;
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^#{2,4} [^`]*`([A-Za-z0-9]+)`")]
    private static partial Regex StructHeading();

    [GeneratedRegex(@"^\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*`?([A-Za-z0-9]+)`?\s*\|")]
    private static partial Regex Row();
}

using System.Text;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>The text of a plan: one line per step, its name in a column. Not thread-safe.</summary>
internal sealed class PlanText
{
    private const int NameWidth = 10;
    private readonly StringBuilder _text = new();

    /// <summary>Appends a step.</summary>
    public void Add(string name, string description)
    {
        if (_text.Length > 0)
        {
            _text.Append('\n');
        }

        _text.Append(name.PadRight(NameWidth)).Append(description);
    }

    /// <summary>A number of bytes, to read.</summary>
    public static string Bytes(long bytes) => bytes < 1 << 10 ? FormattableString.Invariant($"{bytes} bytes")
        : bytes < 1 << 20 ? FormattableString.Invariant($"{bytes >> 10} KB")
        : FormattableString.Invariant($"{bytes >> 20} MB");

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}

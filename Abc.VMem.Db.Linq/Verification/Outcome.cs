using System.Runtime.ExceptionServices;

namespace Abc.VMem.Db.Linq.Verification;

/// <summary>What a query gave: rows or one value, and the exception that ended it.</summary>
/// <param name="Rows">The rows before the end; the one value.</param>
/// <param name="Failure">The exception; null when there was none.</param>
internal sealed record Outcome<TRow>(List<TRow> Rows, ExceptionDispatchInfo? Failure)
{
    /// <summary>Reads rows to their end.</summary>
    public static Outcome<TRow> OfRows(Func<IEnumerable<TRow>> run)
    {
        var rows = new List<TRow>();
        try
        {
            foreach (var row in run())
            {
                rows.Add(row);
            }
        }
        catch (Exception exception) when (IsOfTheQuery(exception))
        {
            return new(rows, ExceptionDispatchInfo.Capture(exception));
        }

        return new(rows, null);
    }

    /// <summary>Asks for a value.</summary>
    public static Outcome<TRow> OfValue(Func<TRow> run) => OfRows(() => [run()]);

    /// <summary>
    /// Whether LINQ to Objects failed as it does on a null that our queries would propagate.
    /// </summary>
    public bool FailedOnNull =>
        Failure?.SourceException is NullReferenceException or ArgumentNullException or InvalidOperationException;

    /// <summary>Whether the other outcome is the same.</summary>
    /// <param name="other">The other outcome.</param>
    /// <param name="first">The first row that differs, or where the shorter one ends.</param>
    public bool IsSameAs(Outcome<TRow> other, out int first)
    {
        first = 0;
        if (Failure is not null || other.Failure is not null)
        {
            return Failure?.SourceException.GetType() == other.Failure?.SourceException.GetType();
        }

        while (first < Rows.Count && first < other.Rows.Count)
        {
            if (!ResultComparer.AreSame(Rows[first], other.Rows[first]))
            {
                return false;
            }

            first++;
        }

        return Rows.Count == other.Rows.Count;
    }

    /// <summary>The outcome as text, from a row on.</summary>
    public string Describe(int first, bool isValue) => Failure is { } failure
        ? $"{failure.SourceException.GetType().Name}: {ResultPrinter.Shorten(failure.SourceException.Message)}"
        : isValue ? ResultPrinter.Print(Rows[0])
        : ResultPrinter.PrintRows(Rows, first);

    /// <remarks>What the file, the transaction or the machine refuses is no answer to compare.</remarks>
    private static bool IsOfTheQuery(Exception exception) => exception is not
        (VMemDbException or ObjectDisposedException or OperationCanceledException or OutOfMemoryException
        or IOException);
}

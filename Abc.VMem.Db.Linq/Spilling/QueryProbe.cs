namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// What a test sets for the queries that it runs, and sees of them: another budget, the most memory that operators held
/// at a time, the pages that are still open.
/// </summary>
internal sealed class QueryProbe
{
    private static readonly AsyncLocal<QueryProbe?> Flow = new();

    /// <summary>The probe of the running test.</summary>
    public static QueryProbe? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    /// <summary>The budget of one query, in bytes; null = as the database has it.</summary>
    public long? BudgetBytes { get; init; }

    /// <summary>Sets of temporary pages that are open.</summary>
    public int OpenPages { get; set; }

    /// <summary>How often an operator began to put rows aside.</summary>
    public int Spills { get; set; }

    /// <summary>Memory that the operators say they hold, in bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>The most of it at a time, in bytes.</summary>
    public long PeakHeldBytes { get; private set; }

    /// <summary>Notes that more memory is held, or, negative, less.</summary>
    public void Hold(long bytes)
    {
        HeldBytes += bytes;
        PeakHeldBytes = Math.Max(PeakHeldBytes, HeldBytes);
    }
}

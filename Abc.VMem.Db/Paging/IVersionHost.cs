namespace Abc.VMem.Db.Paging;

/// <summary>
/// What the pool must know of commits: who is durable, who is visible, and how to make more of them so.
/// </summary>
internal interface IVersionHost
{
    /// <summary>Last sequence number whose commit is in the log on disk.</summary>
    long DurableSequence { get; }

    /// <summary>Last sequence number that new snapshots read.</summary>
    long VisibleSequence { get; }

    /// <summary>Last sequence number whose commit was appended to the log.</summary>
    long AppendedSequence { get; }

    /// <summary>Makes every appended commit durable and visible.</summary>
    void FlushLog();

    /// <summary>Refuses once a write or flush has failed.</summary>
    void ThrowIfFailed();

    /// <summary>Remembers a failed write or flush; everything refuses from now on.</summary>
    /// <returns>The exception to throw.</returns>
    Exception Fail(Exception cause);
}

namespace Abc.VMem.Db;

/// <summary>Why a transaction or snapshot refused.</summary>
public enum TransactionFailure
{
    /// <summary>It has been committed, rolled back or disposed.</summary>
    Closed,

    /// <summary>A write through something that only reads.</summary>
    ReadOnly,

    /// <summary>An earlier statement failed half-way: only rollback is possible.</summary>
    Doomed,

    /// <summary>Two calls ran in the transaction at the same time.</summary>
    Overlap,

    /// <summary>The one writer's place did not come free in time.</summary>
    WriterTimeout,

    /// <summary>The open transaction belongs to the same flow of calls and would wait for itself.</summary>
    SelfDeadlock,

    /// <summary>A snapshot's old state had to give way to the cap on memory.</summary>
    SnapshotTooOld,

    /// <summary>The disk had no room for the file or the log to grow; nothing of the transaction was kept.</summary>
    StorageFull,

    /// <summary>The commit was written but it is not known whether it is durable.</summary>
    OutcomeUnknown,
}

/// <summary>A transaction or snapshot can't do what was asked; <see cref="Reason"/> says why.</summary>
public sealed class TransactionException : VMemDbException
{
    /// <summary>Creates the exception.</summary>
    public TransactionException(TransactionFailure reason, string message, Exception? inner = null)
        : base(message, inner)
    {
        Reason = reason;
    }

    /// <summary>Why.</summary>
    public TransactionFailure Reason { get; }
}

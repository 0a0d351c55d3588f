namespace Abc.VMem.Db;

/// <summary>Why a file could not be opened.</summary>
public enum OpenFailure
{
    /// <summary>Another process, or another handle of this one, holds the file.</summary>
    InUse,

    /// <summary>The file or its folder can't be written or read with this user's rights.</summary>
    AccessDenied,

    /// <summary>The file or its folder does not exist.</summary>
    NotFound,

    /// <summary>The file needs recovery, and its log is missing.</summary>
    LogMissing,

    /// <summary>The log beside the file belongs to another file, or to another copy of it.</summary>
    ForeignLog,

    /// <summary>The file needs recovery, and it was opened read-only.</summary>
    NeedsRecovery,

    /// <summary>The operating system refused for another reason; see the inner exception.</summary>
    Other,
}

/// <summary>A file could not be opened. The message names the file and what to do; the file is untouched.</summary>
public sealed class DatabaseOpenException : VMemDbException
{
    /// <summary>Creates the exception.</summary>
    public DatabaseOpenException(OpenFailure reason, string path, string message, Exception? inner = null)
        : base(message, inner)
    {
        (Reason, Path) = (reason, path);
    }

    /// <summary>Why.</summary>
    public OpenFailure Reason { get; }

    /// <summary>The file.</summary>
    public string Path { get; }
}

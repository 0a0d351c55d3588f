namespace Abc.VMem.Db.Paging;

/// <summary>How a file is opened.</summary>
internal enum FileOpening
{
    /// <summary>An existing file, to read and write, exclusively: no one else can open it.</summary>
    Exclusive,

    /// <summary>An existing file, to read; others may read it, no one may write it.</summary>
    ReadOnly,

    /// <summary>A file that must not exist yet, exclusively.</summary>
    CreateNew,

    /// <summary>As <see cref="CreateNew"/>, and no other user of the machine may read it.</summary>
    CreateTemporary,
}

/// <summary>Everything the engine asks of an operating system's files. Thread-safe.</summary>
/// <remarks>Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>, as .NET throws
/// them.</remarks>
internal interface IFileSystem
{
    /// <summary>Whether there is a file at the path.</summary>
    bool Exists(string path);

    /// <summary>Opens a file and takes its lock.</summary>
    /// <exception cref="DatabaseOpenException">The file is in use, missing, or may not be opened.</exception>
    IStorageFile Open(string path, FileOpening opening);

    /// <summary>
    /// Gives a file another name in the same directory, replacing what was there. Durable after
    /// <see cref="SyncDirectory"/>.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>
    /// Deletes a file; nothing happens when it does not exist. Durable after <see cref="SyncDirectory"/>.
    /// </summary>
    void Delete(string path);

    /// <summary>Makes creations, renames and deletions in the directory of a path durable.</summary>
    void SyncDirectory(string path);
}

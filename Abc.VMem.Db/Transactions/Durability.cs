namespace Abc.VMem.Db;

/// <summary>What a commit waits for before it is acknowledged, and before readers see it.</summary>
public enum Durability
{
    /// <summary>Until the log is on the disk: survives a crash of the machine.</summary>
    Full,

    /// <summary>
    /// Until the operating system has the log, which is flushed on a timer: survives a killed process at once.
    /// </summary>
    Relaxed,

    /// <summary>Until the operating system has the log: survives a killed process.</summary>
    None,
}

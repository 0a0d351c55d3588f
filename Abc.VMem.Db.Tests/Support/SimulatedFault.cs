namespace Abc.VMem.Db.Tests.Support;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>A changing call fails and changes nothing; a flush fails as with <see cref="FlushFailure"/>.</summary>
    WriteError,

    /// <summary>No room: a call that makes a file longer, or makes one, fails and changes nothing.</summary>
    NoSpace,

    /// <summary>A write fails after half of its sectors.</summary>
    ShortWrite,

    /// <summary>
    /// A flush fails, the pending data is lost and counts as clean: a later flush succeeds without it, though reads go
    /// on showing it.
    /// </summary>
    FlushFailure,

    /// <summary>A read fails.</summary>
    ReadError,

    /// <summary>A read returns one wrong bit.</summary>
    BitFlip,

    /// <summary>A read returns the bytes of another place in the file.</summary>
    MisdirectedRead,

    /// <summary>A read returns what was there before the last write of each byte.</summary>
    StaleRead,

    /// <summary>A flush succeeds, and makes nothing durable.</summary>
    LyingFlush,
}

/// <summary>One fault.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Call">Which call: the number of a read for what reads meet, else of a changing call, from 1.</param>
/// <param name="Calls">How many calls it lasts.</param>
internal sealed record SimulatedFault(FaultKind Kind, int Call, int Calls = 1)
{
    /// <summary>Whether the fault belongs to a read.</summary>
    public bool IsOfRead => Kind is FaultKind.ReadError or FaultKind.BitFlip or FaultKind.MisdirectedRead
        or FaultKind.StaleRead;

    /// <summary>
    /// Whether a program is told nothing, and what it then does may be wrong: a whole number of commits may be lost,
    /// or a check finds the damage.
    /// </summary>
    public bool IsSilent => Kind is FaultKind.StaleRead or FaultKind.LyingFlush;

    /// <summary>Whether it strikes at the call of this number.</summary>
    public bool IsAt(int call) => call >= Call && call - Call < Calls;
}

/// <summary>The machine lost its power: this call and all later ones fail.</summary>
internal sealed class SimulatedCrashException : IOException
{
    public SimulatedCrashException()
        : base("The simulated machine has lost its power.")
    {
    }
}

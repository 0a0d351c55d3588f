using System.IO.Hashing;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A disk after a power loss, and what may be on it.</summary>
/// <param name="Files">The disk.</param>
/// <param name="Allowed">What it may hold: the state acknowledged last, or one that was tried after it.</param>
/// <param name="Path">How it came to be.</param>
/// <param name="At">The call at which the power went, for messages.</param>
internal sealed record CrashState(
    SimulatedFileSystem Files, IReadOnlyList<CrashContent> Allowed, CrashPath Path, SimulatedCall At)
{
    /// <summary>Tells states of a script apart by what is on the disk and what is allowed.</summary>
    public UInt128 Digest()
    {
        var hash = new XxHash128();
        hash.Append(BitConverter.GetBytes((ulong)Allowed[0].Digest));
        hash.Append(BitConverter.GetBytes(Allowed.Count));
        Files.AddTo(hash);
        return hash.GetCurrentHashAsUInt128();
    }
}

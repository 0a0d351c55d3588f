using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Calls of each script go wrong, one at a time. The script goes on as if nothing had happened, or ends with an
/// exception of ours; whatever was acknowledged is there afterwards, with and without a power loss. The engine with one
/// map: each call that changes the disk meets each error.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class EngineFaultTests
{
    public static TheoryData<string, string> Scripts => FaultRun.Of("engine", FaultRun.Errors);

    public static TheoryData<string, string> Falsified => FaultRun.Of("engine", FaultRun.Reads);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_ErrorAtEveryCall_KeepsWhatWasAcknowledged(string name, string kind) =>
        FaultRun.Script(name, kind, nameof(EngineFaultTests), maxCalls: 100_000);

    [Theory]
    [MemberData(nameof(Falsified))]
    public void Script_ReadFalsified_KeepsWhatWasAcknowledgedOrIsKnownToBeDamaged(string name, string kind) =>
        FaultRun.Script(name, kind, nameof(EngineFaultTests), maxCalls: 25);

    [Theory]
    [InlineData("engine/Update")]
    [InlineData("engine/LogSwitch")]
    [InlineData("engine/Checkpoint")]
    [InlineData("engine/BigTransaction")]
    [InlineData("engine/ShrinkAndRegrow")]
    public void Recovery_FaultAtEveryCall_RefusesOrRecoversWholeCommits(string name) =>
        FaultRun.Recovery(name, nameof(EngineFaultTests), states: 3, maxCalls: 25);
}

/// <summary>The same for a program with structures of its own.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class PoolFaultTests
{
    public static TheoryData<string, string> Scripts => FaultRun.Of("pool", Enum.GetValues<FaultKind>());

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_FaultAtCalls_KeepsWhatWasAcknowledged(string name, string kind) =>
        FaultRun.Script(name, kind, nameof(PoolFaultTests), maxCalls: 15);

    [Theory]
    [InlineData("pool/TogetherAndRolledBack")]
    [InlineData("pool/Temporaries")]
    public void Recovery_FaultAtCalls_RefusesOrRecoversWholeCommits(string name) =>
        FaultRun.Recovery(name, nameof(PoolFaultTests), states: 2, maxCalls: 15);
}

/// <summary>The same for databases, their compaction among it, and for repairs and copies.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class DatabaseFaultTests
{
    public static TheoryData<string, string> Scripts => FaultRun.Of("database", Enum.GetValues<FaultKind>());

    /// <summary>
    /// A repair reads around what the disk does not give: what it writes then is another file. And a flush that lies
    /// harms the file that is read, which is open, as it does in the other scripts.
    /// </summary>
    public static TheoryData<string, string> NewFiles =>
        FaultRun.Of("file", [.. FaultRun.Errors.Except([FaultKind.LyingFlush])]);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_FaultAtCalls_KeepsWhatWasAcknowledged(string name, string kind) =>
        FaultRun.Script(name, kind, nameof(DatabaseFaultTests), maxCalls: 8);

    [Theory]
    [MemberData(nameof(NewFiles))]
    public void NewFile_FaultAtCalls_IsThereAsAWholeOrNotAtAll(string name, string kind) =>
        FaultRun.Script(name, kind, nameof(DatabaseFaultTests), maxCalls: 8);

    [Theory]
    [InlineData("database/Documents")]
    [InlineData("database/Compact")]
    public void Recovery_FaultAtCalls_RefusesOrRecoversWholeCommits(string name) =>
        FaultRun.Recovery(name, nameof(DatabaseFaultTests), states: 1, maxCalls: 8);
}

/// <summary>One script on the bench, as far as the effort goes.</summary>
internal static class FaultRun
{
    /// <summary>A disk that is full stays full.</summary>
    private const int Long = 1000;

    /// <summary>Calls that change the disk fail, or only seem not to.</summary>
    public static FaultKind[] Errors { get; } =
    [
        FaultKind.WriteError, FaultKind.NoSpace, FaultKind.ShortWrite, FaultKind.FlushFailure, FaultKind.LyingFlush,
    ];

    /// <summary>Reads fail, or return other bytes.</summary>
    public static FaultKind[] Reads { get; } =
        [FaultKind.ReadError, FaultKind.BitFlip, FaultKind.MisdirectedRead, FaultKind.StaleRead];

    public static TheoryData<string, string> Of(string level, FaultKind[] kinds)
    {
        var data = new TheoryData<string, string>();
        foreach (var script in CrashScripts.All.Where(script => script.Level == level))
        {
            foreach (var kind in kinds)
            {
                data.Add(script.Name, kind.ToString());
            }
        }

        return data;
    }

    /// <summary>Calls of the script.</summary>
    public static void Script(string name, string fault, string by, int maxCalls)
    {
        var kind = Enum.Parse<FaultKind>(fault);
        var bench = new FaultBench(CrashScripts.Named(name)) { MaxCalls = Proof.Scale(maxCalls) };
        bench.StrikeScript(kind, kind == FaultKind.NoSpace ? Long : 1);
        Proof.Count(ProofKind.Fault, bench.Verified, by);
    }

    /// <summary>Calls of recoveries, every kind of fault.</summary>
    public static void Recovery(string name, string by, int states, int maxCalls)
    {
        var bench = new FaultBench(CrashScripts.Named(name)) { MaxCalls = Proof.Scale(maxCalls) };
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            bench.StrikeRecovery(kind, Proof.Scale(states), kind == FaultKind.NoSpace ? Long : 1);
        }

        Assert.True(bench.Verified > 10);
        Proof.Count(ProofKind.Fault, bench.Verified, by);
    }
}

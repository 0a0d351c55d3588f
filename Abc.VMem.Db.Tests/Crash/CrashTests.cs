using System.Globalization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, under every policy: nothing acknowledged is lost, nothing half done
/// is found, nothing leaks, and recovery itself may be cut off, twice. The engine with one map.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class EngineCrashTests
{
    public static TheoryData<string> Scripts => CrashScripts.Of("engine");

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(string name) =>
        CrashRun.All(name, nameof(EngineCrashTests), seeds: 3, recoverEvery: 8);

    /// <summary>The process dies, and the power goes while the next one recovers.</summary>
    [Theory]
    [InlineData("engine/Update")]
    [InlineData("engine/LogSwitch")]
    [InlineData("engine/BigTransaction")]
    [InlineData("engine/Spill")]
    public void Recovery_PowerLossAfterKill_RecoversTheSame(string name)
    {
        var bench = new CrashBench(CrashScripts.Named(name)) { RecoverAgainEvery = 70 };
        bench.RunKills(every: Math.Max(1, 12 / Proof.Effort));
        CrashRun.Count(bench, nameof(EngineCrashTests));
    }
}

/// <summary>The same for a program with structures of its own.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class PoolCrashTests
{
    public static TheoryData<string> Scripts => CrashScripts.Of("pool");

    public static TheoryData<string> Random =>
        [.. Enumerable.Range(0, Proof.Scale(3)).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{PoolScript.RandomPrefix}{Math.Abs(Proof.Seed) + 1 + (3 * i)}"))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(string name) =>
        CrashRun.All(name, nameof(PoolCrashTests), seeds: 3, recoverEvery: 18);

    [Theory]
    [MemberData(nameof(Random))]
    public void RandomProgram_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(string name) =>
        CrashRun.All(name, nameof(PoolCrashTests), seeds: 1, recoverEvery: 100);
}

/// <summary>The same for databases.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class DatabaseCrashTests
{
    private const string Bulk = "database/Bulk";

    public static TheoryData<string> Scripts =>
        [.. CrashScripts.All.Where(script => script.Level == "database").Select(script => script.Name).Except([Bulk])];

    public static TheoryData<string> NewFiles => CrashScripts.Of("file");

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(string name) =>
        CrashRun.All(name, nameof(DatabaseCrashTests), seeds: 1, recoverEvery: 180);

    /// <summary>A disk takes long to read: each call meets one policy, the next one in turn.</summary>
    [Fact]
    public void Load_PowerLossAtEveryCall_RecoversAllOfItOrNone()
    {
        var bench = new CrashBench(CrashScripts.Named(Bulk))
        {
            Seeds = Proof.Scale(1),
            PoliciesPerCall = Proof.Effort,
            RecoverEvery = 300,
        };
        bench.Run();
        Assert.True(bench.Verified > 400);
        CrashRun.Count(bench, nameof(DatabaseCrashTests));
    }

    [Theory]
    [MemberData(nameof(NewFiles))]
    public void NewFile_PowerLossAtEveryCall_IsThereAsAWholeOrNotAtAll(string name) =>
        CrashRun.All(name, nameof(DatabaseCrashTests), seeds: 1, recoverEvery: 50);
}

/// <summary>One script on the bench, as far as the effort goes.</summary>
internal static class CrashRun
{
    /// <summary>Every call, every policy, and recoveries two deep.</summary>
    public static void All(string name, string by, int seeds, int recoverEvery)
    {
        var bench = new CrashBench(CrashScripts.Named(name))
        {
            Seeds = Proof.Scale(seeds),
            RecoverEvery = recoverEvery,
            RecoverAgainEvery = 70,
        };
        bench.Run();
        Assert.True(bench.Verified > 10);
        Count(bench, by);
    }

    public static void Count(CrashBench bench, string by) => Proof.Count(ProofKind.CrashState, bench.Verified, by);
}

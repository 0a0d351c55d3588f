using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// Damaged files: whatever was done to them, what is read is right, or a typed exception names what is damaged. Each
/// class below is one run beside the others.
/// </summary>
internal static class CorruptionTests
{
    /// <summary>Bases are made once.</summary>
    private static readonly Dictionary<(bool, BaseKind), DamageBase> s_bases = [];

    /// <summary>The base of a subject that was left in some way.</summary>
    public static DamageBase Base(bool isDatabase, BaseKind kind)
    {
        lock (s_bases)
        {
            if (!s_bases.TryGetValue((isDatabase, kind), out var made))
            {
                made = DamageBase.Build(isDatabase ? new DatabaseSubject() : new PoolSubject(), kind);
                s_bases.Add((isDatabase, kind), made);
            }

            return made;
        }
    }

    /// <summary>Every way of damaging the data file.</summary>
    public static DamageFamily[] Data(DamageBase target, int count) =>
    [
        DataDamage.Bits(target, Proof.Scale(count)),
        DataDamage.Ranges(target, Proof.Scale(count)),
        DataDamage.Pages(target, Proof.Scale(count / 2)),
        DataDamage.Lengths(target, Proof.Scale(count / 4)),
        DataDamage.Twice(target, Proof.Scale(count / 4)),
    ];

    /// <summary>Every way of damaging the log.</summary>
    public static DamageFamily[] Log(DamageBase target, int count) =>
    [
        LogDamage.Bits(target, Proof.Scale(count)),
        LogDamage.Ranges(target, Proof.Scale(count)),
        LogDamage.Lengths(target, Proof.Scale(count / 4)),
        LogDamage.Duplicates(target, Proof.Scale(count / 4)),
        LogDamage.Segments(target),
    ];

    /// <summary>Runs families and says what a case costs.</summary>
    public static void Run(ITestOutputHelper output, string test, params DamageFamily[] families) =>
        new DamageRun(families).Run(test, output.WriteLine);
}

/// <summary>A closed database, its data file damaged.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class ClosedDatabaseDamageTests(ITestOutputHelper output)
{
    [Fact]
    public void AnyDamage_ToTheDataFile_IsRefusedOrHarmless()
    {
        var target = CorruptionTests.Base(isDatabase: true, BaseKind.Closed);
        CorruptionTests.Run(
            output,
            nameof(ClosedDatabaseDamageTests),
            [DataDamage.HeaderBitsOf(target), DataDamage.Stale(target), .. CorruptionTests.Data(target, 4_000)]);
    }
}

/// <summary>A closed pool, its data file damaged.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class ClosedPoolDamageTests(ITestOutputHelper output)
{
    [Fact]
    public void AnyDamage_ToTheDataFile_IsRefusedOrHarmless()
    {
        var target = CorruptionTests.Base(isDatabase: false, BaseKind.Closed);
        CorruptionTests.Run(
            output,
            nameof(ClosedPoolDamageTests),
            [DataDamage.HeaderBitsOf(target), DataDamage.Stale(target), .. CorruptionTests.Data(target, 4_000)]);
    }
}

/// <summary>Files of a killed process, data file or log damaged.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class KilledDamageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("database", "Killed")]
    [InlineData("database", "Idle")]
    [InlineData("database", "Checkpointed")]
    [InlineData("database", "Switched")]
    [InlineData("pool", "Killed")]
    [InlineData("pool", "Idle")]
    [InlineData("pool", "Checkpointed")]
    [InlineData("pool", "Switched")]
    public void AnyDamage_ToDataFileOrLog_IsRefusedOrLeavesACommit(string subject, string kind)
    {
        var target = CorruptionTests.Base(subject == "database", Enum.Parse<BaseKind>(kind));
        CorruptionTests.Run(
            output,
            $"{nameof(KilledDamageTests)} {subject} {kind}",
            [
                LogDamage.HeaderBits(target, Proof.Scale(2_000)),
                .. CorruptionTests.Data(target, 250),
                .. CorruptionTests.Log(target, 400),
            ]);
    }
}

/// <summary>Files whose checksums hold although their content was changed.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class HostileDatabaseTests(ITestOutputHelper output)
{
    [Fact]
    public void AnyChange_BehindSoundChecksums_AnswersOrThrowsTyped()
    {
        var closed = CorruptionTests.Base(isDatabase: true, BaseKind.Closed);
        var killed = CorruptionTests.Base(isDatabase: true, BaseKind.Switched);
        CorruptionTests.Run(
            output,
            nameof(HostileDatabaseTests),
            HostileDamage.Pages(closed, Proof.Scale(12_000)),
            HostileDamage.Moved(closed, Proof.Scale(1_500)),
            HostileDamage.Log(killed, Proof.Scale(2_500)));
    }
}

/// <summary>The same for a program's pool.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class HostilePoolTests(ITestOutputHelper output)
{
    [Fact]
    public void AnyChange_BehindSoundChecksums_AnswersOrThrowsTyped()
    {
        var closed = CorruptionTests.Base(isDatabase: false, BaseKind.Closed);
        var killed = CorruptionTests.Base(isDatabase: false, BaseKind.Switched);
        CorruptionTests.Run(
            output,
            nameof(HostilePoolTests),
            HostileDamage.Pages(closed, Proof.Scale(12_000)),
            HostileDamage.Moved(closed, Proof.Scale(1_500)),
            HostileDamage.Log(killed, Proof.Scale(2_500)));
    }
}

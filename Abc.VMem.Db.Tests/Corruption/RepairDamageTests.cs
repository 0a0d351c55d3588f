using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// Repairs of damaged and of hostile files: a new file that opens and in which everything holds, or a refusal that says
/// that there is nothing; never another exception, and the damaged file stays as it is.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class RepairDamageTests(ITestOutputHelper output)
{
    private const string Target = "/repaired";

    [Theory]
    [InlineData(true, 50)]
    [InlineData(false, 50)]
    public void Repair_AnyDamage_MakesAFileThatHolds(bool isDatabase, int count)
    {
        var closed = CorruptionTests.Base(isDatabase, BaseKind.Closed);
        var killed = CorruptionTests.Base(isDatabase, BaseKind.Switched);
        count = Proof.Scale(count);
        DamageFamily[] families =
        [
            DataDamage.Ranges(closed, count),
            DataDamage.Pages(closed, count),
            DataDamage.Lengths(closed, count),
            DataDamage.Stale(closed),
            HostileDamage.Pages(closed, 2 * count),
            HostileDamage.Moved(closed, count),
            LogDamage.Ranges(killed, count),
            LogDamage.Segments(killed),
            HostileDamage.Log(killed, count),
        ];
        var (done, refused) = (0L, 0L);
        foreach (var family in families)
        {
            for (var index = 0L; index < Math.Min(count, family.Count); index++, done++)
            {
                var files = new DamagedFiles();
                files.Load(family.Target.Files);
                var facts = family.Apply(files, index);
                var problem = Repair(files, ref refused);
                Assert.True(
                    problem is null, $"{family.Name}/{index} VMEM_SEED={Proof.Seed}: {facts.Story}\n{problem}");
            }
        }

        output.WriteLine(FormattableString.Invariant($"{done} repairs, {refused} of them refused"));
        Assert.True(refused < done / 4, "too many were refused");
        Proof.Count(ProofKind.Corruption, done, $"{nameof(RepairDamageTests)} {isDatabase}");
    }

    private static string? Repair(DamagedFiles files, ref long refused)
    {
        var before = files.Digest();
        files.MaxBytesRead = (2_000 * files.TotalBytes) + (64 << 20);
        try
        {
            FileRepair.Run(files, DamageSubject.Path, Target, static (_, _) => { });
        }
        catch (FormatVersionException)
        {
            // Nothing of it can be read, or it says that it is newer.
            refused++;
            return files.Digest() == before ? null : "a repair that was refused left something behind";
        }
        catch (Exception error)
        {
            return error.ToString();
        }

        try
        {
            using var pool = Db.Paging.Pool.Open(files, Target, DamageBase.Options(64));
            return Left(pool.Check());
        }
        catch (FormatVersionException)
        {
            using var database = VMemDatabase.Open(files, Target, DamageBase.Options(64));
            database.Check();
        }
        catch (Exception error)
        {
            return error.ToString();
        }

        return files.OpenHandles == 0 ? null : "files were left open";
    }

    private static string? Left(PoolReport report) => report.IsWhole ? null : report.ToString();
}

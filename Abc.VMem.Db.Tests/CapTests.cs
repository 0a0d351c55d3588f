using System.Globalization;
using Abc.VMem.Db.Benchmarks.Cap;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests;

/// <summary>
/// With 1 MB for everything: transactions ten times as large, a snapshot that outlives random updates, queries that
/// sort and group. Each runs in a process of its own, whose memory is watched; the benchmarks run larger sizes.
/// </summary>
public sealed class CapTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Transactions_LargerThanTheCap_CommitAndRollBack() =>
        Prove(CapProof.Transactions, Proof.Scale("VMEM_CAP_MEGABYTES", 10));

    [Fact]
    public void Snapshot_DuringRandomUpdates_ReadsTheSame() =>
        Prove(CapProof.Snapshot, Proof.Scale("VMEM_CAP_UPDATES", 50_000));

    [Fact]
    public void Queries_LargerThanTheCap_StayInside() =>
        Prove(CapProof.Queries, Proof.Scale("VMEM_CAP_DOCUMENTS", 20_000));

    [Fact]
    public void Queries_AtOnceWithALoad_ShareTheCap() =>
        Prove(CapProof.AtOnce, Proof.Scale("VMEM_CAP_DOCUMENTS", 20_000) / 4);

    [Fact]
    public void Open_AfterAKill_RemovesTheTemporaryFile()
    {
        var path = _folder.File("a.vmem");
        using (var child = ChildProcess.Start(asNobody: false, ChildProgram.Spill, path))
        {
            Assert.Equal("spilled", child.Output.ReadLine());
            child.Kill();
        }

        Assert.True(File.Exists(path + "-tmp"));
        using (var database = VMemDatabase.Open(path))
        {
            Assert.False(File.Exists(path + "-tmp"));
            database.Check();
        }

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private void Prove(string name, int size)
    {
        output.WriteLine($"{name} {size}");
        using var child = ChildProcess.Start(
            asNobody: false,
            KeyValuePair.Create(CapProof.CompileOnce, "0"),
            ChildProgram.Cap,
            name,
            _folder.Path,
            size.ToString(CultureInfo.InvariantCulture));
        var rows = child.Output.ReadToEnd();
        child.WaitForExit();
        output.WriteLine(rows);
        Assert.True(child.ExitCode == 0, rows);
    }
}

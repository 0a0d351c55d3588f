using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>The simulated disk has to be right before anything is proved on it.</summary>
public sealed class SimulatedFileSystemTests
{
    private const int Sector = DataEffect.SectorBytes;

    private readonly SimulatedFileSystem _files = new();

    [Fact]
    public void Read_AfterWrite_SeesItBeforeAnyFlush()
    {
        using var file = _files.Open("d/a", FileOpening.CreateNew);
        file.Write(Bytes(1, 6000), 5000);
        Assert.Equal(11000, file.Length);
        var read = new byte[12000];
        Assert.Equal(11000, file.Read(read, 0));
        Assert.Equal([.. new byte[5000], .. Bytes(1, 6000)], read[..11000]);
        file.SetLength(5001);
        file.SetLength(6000);
        Assert.Equal([.. new byte[5000], 1, .. new byte[999]], _files.ReadAll("d/a"));
    }

    [Fact]
    public void Crash_AfterFlushAndSyncDirectory_LosesNothing()
    {
        CreateDurable("d/a", Bytes(1, 3000)).Dispose();
        foreach (var policy in CrashPolicies.All)
        {
            Assert.Equal(Bytes(1, 3000), _files.Crash(policy, 1).ReadAll("d/a"));
        }
    }

    [Fact]
    public void Crash_WithoutSyncDirectory_LosesTheNameUnlessThePolicyKeepsIt()
    {
        using var file = _files.Open("d/a", FileOpening.CreateNew);
        file.Write(Bytes(1, 3000), 0);
        file.Flush();
        Assert.Empty(_files.Crash(CrashPolicy.None, 1).Paths);
        Assert.Empty(_files.Crash(CrashPolicy.DataOnly, 1).Paths);
        Assert.Equal(Bytes(1, 3000), _files.Crash(CrashPolicy.All, 1).ReadAll("d/a"));
        Assert.Equal(Bytes(1, 3000), _files.Crash(CrashPolicy.MetadataOnly, 1).ReadAll("d/a"));
    }

    [Fact]
    public void SyncDirectory_OfAnotherDirectory_MakesNothingDurable()
    {
        _files.Open("d/a", FileOpening.CreateNew).Dispose();
        _files.SyncDirectory("e/b");
        Assert.Empty(_files.Crash(CrashPolicy.None, 1).Paths);
        _files.SyncDirectory("d/b");
        Assert.Equal(["d/a"], _files.Crash(CrashPolicy.None, 1).Paths);
    }

    [Fact]
    public void Crash_WithoutFlush_ShowsOldBytesAndOldLength()
    {
        using var file = CreateDurable("d/a", Bytes(1, 1024));
        file.Write(Bytes(2, 2048), 512);
        Assert.Equal(Bytes(1, 1024), _files.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
        Assert.Equal([.. Bytes(1, 512), .. Bytes(2, 2048)], _files.Crash(CrashPolicy.All, 1).ReadAll("d/a"));
        Assert.Equal([.. Bytes(1, 1024), .. new byte[1536]], _files.Crash(CrashPolicy.MetadataOnly, 1).ReadAll("d/a"));
    }

    [Fact]
    public void Crash_Rename_KeepsOneOfTheTwoNames()
    {
        CreateDurable("d/a", [1]).Dispose();
        CreateDurable("d/b", [2]).Dispose();
        _files.Rename("d/a", "d/b");
        Assert.Equal(["d/b"], _files.Paths);
        Assert.Equal(["d/a", "d/b"], _files.Crash(CrashPolicy.None, 1).Paths);
        Assert.Equal([2], _files.Crash(CrashPolicy.None, 1).ReadAll("d/b"));
        Assert.Equal([1], _files.Crash(CrashPolicy.All, 1).ReadAll("d/b"));
        Assert.Equal(["d/b"], _files.Crash(CrashPolicy.All, 1).Paths);
    }

    [Fact]
    public void Crash_Delete_BringsTheFileBackUntilSyncDirectory()
    {
        CreateDurable("d/a", [1]).Dispose();
        _files.Delete("d/a");
        _files.Delete("d/none");
        Assert.False(_files.Exists("d/a"));
        Assert.Equal([1], _files.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
        _files.SyncDirectory("d/a");
        Assert.Empty(_files.Crash(CrashPolicy.None, 1).Paths);
    }

    [Fact]
    public void Crash_Prefix_KeepsTheFirstSectorsOnly()
    {
        using var file = CreateDurable("d/a", new byte[8 * Sector]);
        file.Write(Bytes(1, 8 * Sector), 0);
        var counts = Enumerable.Range(0, 200).Select(seed =>
        {
            var sectors = SectorsOf(_files.Crash(CrashPolicy.Prefix, seed));
            Assert.Equal(sectors.OrderDescending(), sectors);
            return sectors.Sum(value => value);
        });
        Assert.Equal(Enumerable.Range(0, 9), counts.Distinct().Order());
    }

    [Fact]
    public void Crash_Random_KeepsAnySubsetOfSectors()
    {
        using var file = CreateDurable("d/a", new byte[3 * Sector]);
        file.Write(Bytes(1, 3 * Sector), 0);
        var states = Enumerable.Range(0, 400)
            .Select(seed => string.Join(' ', SectorsOf(_files.Crash(CrashPolicy.Random, seed))))
            .Distinct();
        Assert.Equal(8, states.Count());
    }

    [Fact]
    public void Crash_RandomOverOverwrites_CanKeepEachVersionOfASector()
    {
        using var file = CreateDurable("d/a", new byte[Sector]);
        file.Write(Bytes(1, Sector), 0);
        file.Write(Bytes(2, Sector), 0);
        var states = Enumerable.Range(0, 200).Select(seed => _files.Crash(CrashPolicy.Random, seed).ReadAll("d/a")[0]);
        Assert.Equal([0, 1, 2], states.Distinct().Order().Select(value => (int)value));
    }

    [Fact]
    public void Crash_ReorderedAndOnlyLast_KeepWholeCalls()
    {
        using var file = CreateDurable("d/a", new byte[4 * Sector]);
        file.Write(Bytes(1, 2 * Sector), 0);
        file.Write(Bytes(1, 2 * Sector), 2 * Sector);
        Assert.Equal([0, 0, 1, 1], SectorsOf(_files.Crash(CrashPolicy.OnlyLast, 1)));
        var states = Enumerable.Range(0, 100)
            .Select(seed => string.Join("", SectorsOf(_files.Crash(CrashPolicy.Reordered, seed))));
        Assert.Equal(["0000", "0011", "1100", "1111"], states.Distinct().Order());
    }

    [Fact]
    public void Crash_Torn_LeavesGarbageInOneSectorAtMost()
    {
        using var file = CreateDurable("d/a", new byte[8 * Sector]);
        file.Write(Bytes(1, 8 * Sector), 0);
        for (var seed = 0; seed < 50; seed++)
        {
            var bytes = _files.Crash(CrashPolicy.Torn, seed).ReadAll("d/a");
            var torn = Enumerable.Range(0, 8).Count(i =>
                bytes.AsSpan(i * Sector, Sector).ContainsAnyExcept<byte>(0, 1));
            Assert.Equal(1, torn);
        }
    }

    [Fact]
    public void Crash_TornHead_TearsTheFirstSectorOfTheLastCall()
    {
        using var file = CreateDurable("d/a", new byte[4 * Sector]);
        file.Write(Bytes(1, 2 * Sector), 0);
        file.Write(Bytes(1, 2 * Sector), 2 * Sector);
        var bytes = _files.Crash(CrashPolicy.TornHead, 1).ReadAll("d/a");
        Assert.Equal(Bytes(1, 2 * Sector), bytes[..(2 * Sector)]);
        Assert.True(bytes.AsSpan(2 * Sector, Sector).ContainsAnyExcept<byte>(0, 1));
        Assert.Equal(new byte[Sector], bytes[(3 * Sector)..]);
    }

    [Fact]
    public void Crash_RandomAfterCutAndGrowth_NeverShowsWhatWasCutOff()
    {
        using var file = CreateDurable("d/a", Bytes(7, 4 * Sector));
        file.SetLength(0);
        file.SetLength(3 * Sector);
        for (var seed = 0; seed < 100; seed++)
        {
            var bytes = _files.Crash(CrashPolicy.Random, seed).ReadAll("d/a");
            Assert.True(
                bytes.Length == 0
                || bytes.AsSpan().SequenceEqual(Bytes(7, 4 * Sector))
                || (bytes.Length == 3 * Sector && !bytes.AsSpan().ContainsAnyExcept<byte>(0)));
        }
    }

    [Fact]
    public void Crash_SameSeed_GivesTheSameBytesAndLeavesTheSourceAlone()
    {
        using var file = CreateDurable("d/a", Bytes(1, 10_000));
        file.Write(Bytes(2, 10_000), 3000);
        foreach (var policy in CrashPolicies.All)
        {
            var first = _files.Crash(policy, 5);
            Assert.Equal(first.ReadAll("d/a"), _files.Crash(policy, 5).ReadAll("d/a"));
            using var copy = first.Open("d/a", FileOpening.Exclusive);
            copy.Write(Bytes(9, 5000), 0);
            copy.Flush();
        }

        Assert.Equal([.. Bytes(1, 3000), .. Bytes(2, 10_000)], _files.ReadAll("d/a"));
        Assert.Equal(Bytes(1, 10_000), _files.Crash(CrashPolicy.None, 5).ReadAll("d/a"));
    }

    [Fact]
    public void Kill_KeepsWhatIsPendingPending()
    {
        using var file = CreateDurable("d/a", [1]);
        file.Write([2], 0);
        _files.Open("d/b", FileOpening.CreateNew).Dispose();
        var killed = _files.Kill();
        Assert.Equal(["d/a", "d/b"], killed.Paths);
        Assert.Equal([2], killed.ReadAll("d/a"));
        Assert.Equal([1], killed.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
        Assert.Equal(["d/a"], killed.Crash(CrashPolicy.None, 1).Paths);
        using (var again = killed.Open("d/a", FileOpening.Exclusive))
        {
            again.Flush();
        }

        Assert.Equal([2], killed.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
        Assert.Equal([1], _files.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
    }

    [Fact]
    public void CrashAt_ACall_LeavesItsEffectPendingAndStopsEverything()
    {
        using var file = CreateDurable("d/a", Bytes(1, Sector));
        _files.CrashAt = _files.MutatingCalls + 2;
        file.Write(Bytes(2, 10), 0);
        Assert.Throws<SimulatedCrashException>(() => file.Write(Bytes(3, Sector), 0));
        Assert.True(_files.HasCrashed);
        Assert.Throws<SimulatedCrashException>(() => file.Flush());
        Assert.Throws<SimulatedCrashException>(() => file.Read(new byte[1], 0));
        Assert.Throws<SimulatedCrashException>(() => _files.Open("d/a", FileOpening.Exclusive));
        Assert.Equal(Bytes(3, Sector), _files.Crash(CrashPolicy.All, 1).ReadAll("d/a"));
        Assert.Equal(Bytes(1, Sector), _files.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
    }

    [Fact]
    public void CrashAt_AFlush_MakesNothingDurable()
    {
        using var file = CreateDurable("d/a", [1]);
        file.Write([2], 0);
        _files.CrashAt = _files.MutatingCalls + 1;
        Assert.Throws<SimulatedCrashException>(file.Flush);
        Assert.Equal([1], _files.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
        Assert.Equal([2], _files.Crash(CrashPolicy.All, 1).ReadAll("d/a"));
    }

    [Fact]
    public void Fault_FlushFailure_DropsTheDataForEverButShowsIt()
    {
        using var file = CreateDurable("d/a", [1]);
        file.Write([2], 0);
        StrikeNext(FaultKind.FlushFailure);
        Assert.Throws<IOException>(file.Flush);
        Assert.True(_files.FaultStruck);
        file.Flush();
        Assert.Equal([2], _files.ReadAll("d/a"));
        Assert.Equal([1], _files.Crash(CrashPolicy.All, 1).ReadAll("d/a"));
    }

    [Fact]
    public void Write_AfterAFlushThatLostAGrowth_GrowsTheDiskAgain()
    {
        using var file = CreateDurable("d/a", [1]);
        file.Write([2, 3, 4], 1);
        StrikeNext(FaultKind.FlushFailure);
        Assert.Throws<IOException>(file.Flush);
        file.Write([5], 2);
        Assert.Equal([1, 2, 5, 4], _files.ReadAll("d/a"));
        file.Flush();
        Assert.Equal([1, 2, 5, 4], _files.ReadAll("d/a"));
        Assert.Equal([1, 0, 5], _files.Crash(CrashPolicy.None, 1).ReadAll("d/a"));
    }

    [Fact]
    public void Fault_OfWrites_FailsThatCallOnly()
    {
        using var file = CreateDurable("d/a", new byte[2 * Sector]);
        StrikeNext(FaultKind.WriteError);
        Assert.Throws<IOException>(() => file.Write([1], 0));
        file.Write([2], 0);
        StrikeNext(FaultKind.ShortWrite);
        Assert.Throws<IOException>(() => file.Write(Bytes(3, 2 * Sector), 0));
        Assert.Equal([.. Bytes(3, Sector), .. new byte[Sector]], _files.ReadAll("d/a"));
        StrikeNext(FaultKind.NoSpace);
        file.Write([4], 0);
        StrikeNext(FaultKind.NoSpace);
        Assert.Throws<IOException>(() => file.Write([4], 2 * Sector));
        StrikeNext(FaultKind.NoSpace);
        Assert.Throws<IOException>(() => file.SetLength(9000));
        StrikeNext(FaultKind.NoSpace);
        Assert.Throws<IOException>(() => _files.Open("d/new", FileOpening.CreateNew));
        Assert.False(_files.Exists("d/new"));
        Assert.Equal(2 * Sector, file.Length);
    }

    [Fact]
    public void Fault_OfReads_FailsOrFalsifiesThatReadOnly()
    {
        using var file = CreateDurable("d/a", [.. Bytes(1, 4096), .. Bytes(2, 4096)]);
        _files.Fault = new(FaultKind.ReadError, _files.ReadCalls + 1);
        Assert.Throws<IOException>(() => file.Read(new byte[10], 0));
        _files.Fault = new(FaultKind.BitFlip, _files.ReadCalls + 1);
        Assert.Equal(1, Read(file, 0).Sum(value => System.Numerics.BitOperations.PopCount((uint)(value ^ 1))));
        _files.Fault = new(FaultKind.MisdirectedRead, _files.ReadCalls + 1);
        Assert.Equal(Bytes(2, 4096), Read(file, 0));
        Assert.Equal(Bytes(1, 4096), Read(file, 0));
        _files.Fault = new(FaultKind.MisdirectedRead, _files.ReadCalls + 1);
        Assert.Equal(Bytes(1, 4096), Read(file, 4096));
    }

    [Fact]
    public void Open_WhileOpen_IsInUseUnlessAllRead()
    {
        CreateDurable("d/a", [1]).Dispose();
        using (_files.Open("d/a", FileOpening.ReadOnly))
        using (_files.Open("d/a", FileOpening.ReadOnly))
        {
            var error = Assert.Throws<DatabaseOpenException>(() => _files.Open("d/a", FileOpening.Exclusive));
            Assert.Equal(OpenFailure.InUse, error.Reason);
        }

        using (_files.Open("d/a", FileOpening.Exclusive))
        {
            Assert.Throws<DatabaseOpenException>(() => _files.Open("d/a", FileOpening.ReadOnly));
            _files.Crash(CrashPolicy.All, 1).Open("d/a", FileOpening.Exclusive).Dispose();
        }

        Assert.Throws<DatabaseOpenException>(() => _files.Open("d/none", FileOpening.Exclusive));
        Assert.Throws<IOException>(() => _files.Open("d/a", FileOpening.CreateNew));
        using var reader = _files.Open("d/a", FileOpening.ReadOnly);
        Assert.Throws<UnauthorizedAccessException>(() => reader.Write([1], 0));
    }

    [Fact]
    public void Crash_OfAMegabyte_TakesWellUnderAMillisecond()
    {
        using var file = CreateDurable("d/a", Bytes(1, 1 << 20));
        for (var i = 0; i < 50; i++)
        {
            file.Write(Bytes((byte)i, 4096), i * 8192);
        }

        var best = TimeSpan.MaxValue;
        for (var seed = 0; seed < 50; seed++)
        {
            var watch = Stopwatch.StartNew();
            _files.Crash(CrashPolicy.Random, seed);
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        Assert.True(best < TimeSpan.FromMilliseconds(1), $"{best.TotalMilliseconds} ms");
    }

    private static byte[] Bytes(byte value, int count)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static byte[] Read(IStorageFile file, long offset)
    {
        var bytes = new byte[4096];
        Assert.Equal(bytes.Length, file.Read(bytes, offset));
        return bytes;
    }

    /// <summary>The first byte of each sector of the file a.</summary>
    private static int[] SectorsOf(SimulatedFileSystem files) =>
        [.. files.ReadAll("d/a").Chunk(Sector).Select(sector =>
        {
            Assert.Single(sector.Distinct());
            return (int)sector[0];
        })];

    private IStorageFile CreateDurable(string path, byte[] bytes)
    {
        var file = _files.Open(path, FileOpening.CreateNew);
        file.Write(bytes, 0);
        file.Flush();
        _files.SyncDirectory(path);
        return file;
    }

    private void StrikeNext(FaultKind kind) => _files.Fault = new(kind, _files.MutatingCalls + 1);
}

using System.Globalization;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>The memory of a pool as a formula, and the largest pool for so many bytes.</summary>
public sealed class MemoryPlanTests
{
    [Theory]
    [InlineData(16, 65_536, 5_312, 131_072, 65_536)]
    [InlineData(1_024, 4_194_304, 143_360, 524_288, 1_048_576)]
    [InlineData(16_384, 67_108_864, 1_769_472, 2_097_152, 16_777_216)]
    public void Parts_AreWhatTheFormulaSays(int frames, long pages, long tables, long log, long work)
    {
        var plan = new MemoryPlan(frames);
        Assert.Equal(
            (pages, tables, log, work), (plan.PageBytes, plan.TableBytes, plan.LogBytes, plan.WorkBytes));
        Assert.Equal(pages + tables + log + work, plan.TotalBytes);
    }

    [Fact]
    public void ForBytes_IsTheLargestThatFits()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 1_000; i++)
        {
            var bytes = (long)Math.Pow(2, 18.1 + (random.NextDouble() * 22));
            var plan = MemoryPlan.ForBytes(bytes, "bytes");
            var larger = new MemoryPlan(plan.Frames + 1);
            Assert.True(
                plan.TotalBytes <= bytes && larger.TotalBytes > bytes,
                $"{bytes} bytes: {plan.Frames} frames take {plan.TotalBytes}; seed {seed}");
        }
    }

    [Fact]
    public void ForBytes_TheSmallest_IsTheFloorAndOneLessNamesIt()
    {
        var smallest = MemoryPlan.SmallestBytes;
        Assert.Equal(Pool.MinMappedPages, MemoryPlan.ForBytes(smallest, "bytes").Frames);

        var name = smallest.ToString(CultureInfo.InvariantCulture);
        foreach (Action open in new Action[]
        {
            () => Pool.OpenInMemory(new() { MaxMappedBytes = smallest - 1 }),
            () => VMemDatabase.OpenInMemory(new() { MaxMappedBytes = smallest - 1 }),
            () => VMemDatabase.OpenInMemory(new() { MaxMappedBytes = long.MinValue }),
        })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(open);
            Assert.Equal("MaxMappedBytes", error.ParamName);
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(267_456)]
    [InlineData(1 << 20)]
    [InlineData(5_000_000)]
    public void MaxMappedBytes_CountsEverything(long bytes)
    {
        using var db = VMemDatabase.OpenInMemory(new() { MaxMappedBytes = bytes });
        using var pool = Pool.OpenInMemory(new() { MaxMappedBytes = bytes });
        var (inDatabase, inPool) = (db.GetStatistics(), pool.GetStatistics());

        Assert.InRange(inDatabase.MemoryBytes, bytes * 9 / 10, bytes);
        Assert.Equal(new MemoryPlan(inDatabase.MaxMappedPages).TotalBytes, inDatabase.MemoryBytes);
        Assert.Equal(
            (inDatabase.MemoryBytes, inDatabase.MaxMappedPages, 0),
            (inPool.MemoryBytes, inPool.MaxMappedPages, inPool.SpillBytes));
    }

    /// <summary>The document's table is the formula, worked out.</summary>
    [Fact]
    public void Document_TableIsTheFormula()
    {
        var text = Repository.Read("docs/MEMORY.md");
        foreach (var frames in new[] { 16, 256, 1_024, 4_096, 16_384, 262_144 })
        {
            var plan = new MemoryPlan(frames);
            var row = string.Create(
                CultureInfo.InvariantCulture,
                $"| {frames:N0} | {plan.PageBytes:N0} | {plan.TableBytes:N0} | {plan.LogBytes:N0} | "
                + $"{plan.WorkBytes:N0} | {plan.TotalBytes:N0} |");
            Assert.Contains(row, text, StringComparison.Ordinal);
        }

        foreach (var megabytes in new[] { 1, 4, 16, 64, 256, 1_024 })
        {
            var plan = MemoryPlan.ForBytes((long)megabytes << 20, "bytes");
            var row = string.Create(
                CultureInfo.InvariantCulture, $"| {megabytes:N0} MB | {plan.Frames:N0} | {plan.TotalBytes:N0} |");
            Assert.Contains(row, text, StringComparison.Ordinal);
        }

        var smallest = MemoryPlan.SmallestBytes.ToString("N0", CultureInfo.InvariantCulture);
        Assert.Contains($"{smallest} bytes", text, StringComparison.Ordinal);
    }
}

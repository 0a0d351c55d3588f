using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// An engine of the smallest pool on a simulated disk, taken through a trace of the protocol step by step: pages that
/// hold a number, commits that are appended but not flushed, frames that are emptied at will, and crashes.
/// </summary>
internal sealed class TraceBench : IDisposable
{
    public const string Path = "/trace.vmem";

    /// <summary>Position of the first page that is not one of those that only fill frames.</summary>
    public const long FirstPage = 2 + FillerCount;

    // Several times the frames: reading all of them leaves nothing else mapped that may leave.
    private const int FillerCount = 40;
    private const int Parts = 8;
    private const int PartStride = 504;

    private static readonly EngineOptions s_options = new()
    {
        MaxMappedPages = BufferPool.MinMappedPages,
        CheckpointBytes = 64 << 20,
        LogSegmentBytes = 64 << 10,
        BackgroundWork = false,
        AutoTruncate = false,
        RandomSeed = 1,
    };

    /// <summary>Starts on an empty disk: the log is in use, and everything is at home.</summary>
    public TraceBench(EngineOptions? options = null)
        : this(new SimulatedFileSystem(), options)
    {
        Commit(transaction =>
        {
            for (var i = 0; i < FillerCount; i++)
            {
                Add(transaction, 0);
            }
        });
        Engine.Checkpoint();
    }

    /// <summary>Opens what is on a disk.</summary>
    public TraceBench(SimulatedFileSystem disk, EngineOptions? options = null)
    {
        Files = new GatedFiles(disk);
        Engine = Engine.Open(Files, Path, options ?? s_options);
    }

    public static EngineOptions Options => s_options;

    public GatedFiles Files { get; }

    public SimulatedFileSystem Disk => Files.Disk;

    public Engine Engine { get; }

    /// <summary>A page with a number, made by a transaction.</summary>
    public static PagePos Add(Transaction transaction, long value)
    {
        using var page = transaction.Allocate(PageType.Program);
        Fill(page.Payload, value);
        return page.Position;
    }

    /// <summary>Writes a number all over a page.</summary>
    public static void Set(Transaction transaction, PagePos position, long value)
    {
        using var page = transaction.Write(position);
        Fill(page.Payload, value);
    }

    /// <summary>Writes a number into one eighth of a page only.</summary>
    public static void SetPart(Transaction transaction, PagePos position, int part, long value)
    {
        using var page = transaction.Write(position);
        Layout.At<long>(page.Payload, part * PartStride) = value;
    }

    /// <summary>The number all over a page.</summary>
    public static long Get(PageReader reader, PagePos position)
    {
        using var page = reader.Read(position);
        return Whole(in page);
    }

    /// <summary>The number in one eighth of a page.</summary>
    public static long GetPart(PageReader reader, PagePos position, int part)
    {
        using var page = reader.Read(position);
        return Layout.At<long>(page.Payload, part * PartStride);
    }

    /// <summary>The number that is all over a pinned page.</summary>
    public static long Whole(in PinnedPage page)
    {
        var value = Layout.At<long>(page.Payload, 0);
        for (var part = 1; part < Parts; part++)
        {
            Assert.Equal(value, Layout.At<long>(page.Payload, part * PartStride));
        }

        return value;
    }

    /// <summary>Disks that a power loss may leave at each changing call of some work, under every policy.</summary>
    public static List<(string Call, SimulatedFileSystem Disk)> CrashesDuring(SimulatedFileSystem disk, Action work)
    {
        var crashes = new List<(string, SimulatedFileSystem)>();
        disk.Mutating = () =>
        {
            foreach (var policy in CrashPolicies.All)
            {
                var seed = disk.MutatingCalls;
                crashes.Add(($"{disk.Trace[^1]}, {policy}, seed {seed}", disk.Crash(policy, seed)));
            }
        };
        try
        {
            work();
        }
        finally
        {
            disk.Mutating = null;
        }

        Assert.NotEmpty(crashes);
        return crashes;
    }

    /// <summary>Disks that a power loss may leave at each changing call of some work.</summary>
    public List<(string Call, SimulatedFileSystem Disk)> CrashesDuring(Action work) => CrashesDuring(Disk, work);

    /// <summary>Opens each disk and looks at it; the disks stay as they are.</summary>
    public static void AssertRecover(
        IEnumerable<(string Call, SimulatedFileSystem Disk)> crashes, Action<TraceBench> assert)
    {
        foreach (var (call, disk) in crashes)
        {
            try
            {
                using var crashed = new TraceBench(disk.Crash(CrashPolicy.None, 1));
                assert(crashed);
            }
            catch (Exception e) when (e is VMemDbException or Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Power loss at {call}: {e}");
            }
        }
    }

    /// <summary>The newest visible number of a page.</summary>
    public long Get(PagePos position)
    {
        using var snapshot = Engine.BeginSnapshot();
        return Get(snapshot, position);
    }

    /// <summary>A page with a number, committed.</summary>
    public PagePos Add(long value)
    {
        var position = PagePos.Nil;
        Commit(transaction => position = Add(transaction, value));
        return position;
    }

    /// <summary>A commit that waits until it is durable.</summary>
    public void Commit(Action<Transaction> change)
    {
        using var transaction = Engine.BeginTransaction();
        change(transaction);
        transaction.Commit();
    }

    /// <summary>A commit whose log record stays in the buffer: appended, neither durable nor visible.</summary>
    /// <returns>Its sequence number.</returns>
    public long Append(Action<Transaction> change)
    {
        using var transaction = Engine.BeginTransaction();
        change(transaction);
        Assert.True(transaction.TryClose());
        Engine.Append(transaction);
        return transaction.Sequence;
    }

    /// <summary>Empties all frames that may leave memory, without a snapshot.</summary>
    /// <param name="beside">A page whose stripe someone holds: no page of that stripe is asked for.</param>
    public void Churn(PagePos? beside = null)
    {
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < FillerCount; i++)
            {
                if (beside is not { } held || !MayShareStripe(held.Value, 2 + i))
                {
                    using var page = Engine.Pool.Read(new PagePos(2 + i), Engine.VisibleSequence);
                }
            }
        }
    }

    /// <summary>Runs a step before the next call of a kind on a file, once.</summary>
    /// <param name="call">The kind.</param>
    /// <param name="file">What follows the data file's path in the file's; empty = the data file.</param>
    /// <param name="step">The step; calls that it makes itself pass.</param>
    /// <param name="fromOffset">Least offset of the call.</param>
    public void AtNext(FileCall call, string file, Action step, long fromOffset = 0)
    {
        Files.Before = (made, path, offset) =>
        {
            // A handle keeps the name under which the data file was created.
            var isMeant = file.Length == 0
                ? path is Path or Path + "-new"
                : path.StartsWith(Path + file, StringComparison.Ordinal);
            if (made == call && isMeant && offset >= fromOffset)
            {
                Files.Before = null;
                step();
            }
        };
    }

    /// <summary>Sequence number of the version at a page's home; 0 = none.</summary>
    public long HomeOf(PagePos position)
    {
        var file = Disk.ReadAll(Path);
        var offset = (int)position.Value * Page.Size;
        return offset + Page.Size > file.Length ? 0 : Layout.At<PageHeader>((ReadOnlySpan<byte>)file, offset).Sequence;
    }

    /// <summary>What a power loss at this moment leaves, opened again.</summary>
    public TraceBench Crash(CrashPolicy policy) => new(Disk.Crash(policy, 1), s_options with { RandomSeed = 2 });

    /// <inheritdoc/>
    public void Dispose()
    {
        Files.Before = null;
        Engine.Dispose();
    }

    // A stripe is chosen by lower bits of the hash, by these at least.
    private static bool MayShareStripe(long one, long other) =>
        ((BufferPool.Hash(one) ^ BufferPool.Hash(other)) & (BufferPool.MinMappedPages - 1)) == 0;

    private static void Fill(Span<byte> payload, long value)
    {
        for (var part = 0; part < Parts; part++)
        {
            Layout.At<long>(payload, part * PartStride) = value;
        }
    }
}

using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Something a program does with files, in small steps, at one of the levels of the product; and how to look at what it
/// left. Everything else about power losses and faults is the same for all levels: <see cref="CrashBench"/> and
/// <see cref="FaultBench"/>.
/// </summary>
/// <param name="level">The level's name.</param>
/// <param name="name">The script's name in its level.</param>
internal abstract class CrashScript(string level, string name)
{
    /// <summary>The data file.</summary>
    public const string Path = "d/x.vmem";

    /// <summary>
    /// Small everything, no background thread: each edge comes early, and the same calls give the same bytes.
    /// </summary>
    public static readonly EngineOptions SmallOptions = new()
    {
        MaxMappedPages = 64,
        LogSegmentBytes = 16 << 10,
        CheckpointBytes = 48 << 10,
        BackgroundWork = false,
        RandomSeed = 1,
    };

    /// <summary>The level's name, and the script's in it.</summary>
    public string Name { get; } = $"{level}/{name}";

    /// <summary>The level's name.</summary>
    public string Level => level;

    /// <summary>The disk before the script runs.</summary>
    public virtual SimulatedFileSystem NewDisk() => new();

    /// <summary>The program on a disk, that has done nothing yet.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="durability">What its commits wait for.</param>
    public abstract CrashSession Begin(SimulatedFileSystem files, Durability durability = Durability.Full);

    /// <summary>Opens what the script left, recovering it.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="seed">For what the engine chooses at random.</param>
    public abstract ICrashSubject Open(SimulatedFileSystem files, int seed);

    /// <summary>What is on the disk when nothing is open any more after a recovery.</summary>
    public virtual void AssertFiles(IReadOnlyList<string> paths) => Assert.Equal([Path], paths);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A program that runs a script, and remembers what it was promised.</summary>
internal abstract class CrashSession : IDisposable
{
    /// <summary>What was there at first, and after each commit that was tried.</summary>
    public List<CrashContent> States { get; } = [];

    /// <summary>The last state whose commit returned.</summary>
    public int Acknowledged { get; protected set; }

    /// <summary>The whole script.</summary>
    public abstract void Run();

    /// <summary>Closes what the script has open.</summary>
    public abstract void Close();

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Adds the state that a commit is about to make, makes it, and counts it as promised.</summary>
    /// <param name="known">States before it.</param>
    /// <param name="commit">The commit.</param>
    protected void Acknowledge(int known, Action commit)
    {
        try
        {
            commit();
        }
        catch (VMemDbException e) when (
            e is LimitExceededException or TransactionException { Reason: TransactionFailure.StorageFull })
        {
            // These are promised to have left nothing.
            States.RemoveRange(known, States.Count - known);
            throw;
        }

        Acknowledged = States.Count - 1;
    }
}

/// <summary>What a script left, open.</summary>
internal interface ICrashSubject : IDisposable
{
    /// <summary>All that is in it.</summary>
    CrashContent Read();

    /// <summary>Finds every damage and leak; throws when there is one.</summary>
    void Check();

    /// <summary>Makes one more change; returns what is there then.</summary>
    CrashContent ChangeOnce(CrashContent before);
}

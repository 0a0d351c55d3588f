using System.Diagnostics;
using System.Globalization;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>
/// A database with a cap on all of its memory, watched while steps run on it; a row of a table for each step.
/// </summary>
internal sealed class CapRun : IDisposable
{
    /// <summary>Head of the table.</summary>
    public const string Head =
        "| work | seconds | MB over start, heap apart | formula, MB | live heap, MB | pages mapped, of "
        + "| temporary file, MB |\n"
        + "|---|---:|---:|---:|---:|---:|---:|";

    /// <summary>What code that is compiled meanwhile, threads and the system's own tables may take beside.</summary>
    public const long Tolerance = 5 << 20;

    private readonly TextWriter _output;
    private readonly string _path;
    private readonly VMemDatabaseOptions _options;
    private readonly MemoryWatch _watch;
    private long _mostSpill;
    private bool _isTooMuch;

    /// <summary>Opens a new database and begins to watch.</summary>
    public CapRun(string path, long capBytes, TextWriter output)
    {
        (_path, _output) = (path, output);
        _options = new() { MaxMappedBytes = capBytes };
        _watch = new MemoryWatch(LookAtSpill);

        // What a process that died would leave behind.
        File.WriteAllText(SpillPath, "left behind");
        Database = VMemDatabase.Open(path, _options);
        Require(!File.Exists(SpillPath), "A temporary file of another process was not removed at open.");
    }

    /// <summary>The database.</summary>
    public VMemDatabase Database { get; private set; }

    private string SpillPath => _path + "-tmp";

    /// <summary>Runs a step and writes its row.</summary>
    public void Step(string work, Action step)
    {
        _watch.Take();
        Interlocked.Exchange(ref _mostSpill, 0);
        var started = Stopwatch.GetTimestamp();
        step();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var (native, heap) = _watch.Take();
        var statistics = Database.GetStatistics();
        var isTooMuch = native + heap > statistics.MemoryBytes + Tolerance;
        _isTooMuch |= isTooMuch;
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {work} | {seconds:N1} | {Megabytes(native)}{(isTooMuch ? " TOO MUCH" : "")} "
            + $"| {Megabytes(statistics.MemoryBytes)} | {Megabytes(heap)} "
            + $"| {statistics.PeakMappedPages}, {statistics.MaxMappedPages} "
            + $"| {Megabytes(Interlocked.Read(ref _mostSpill))} |"));
        Require(statistics.PeakMappedPages <= statistics.MaxMappedPages, "More pages were mapped than the cap allows.");
    }

    /// <summary>The temporary file must be gone: whoever needed it has ended.</summary>
    public void RequireNoSpill()
    {
        // It is removed in the background.
        for (var i = 0; i < 100 && (File.Exists(SpillPath) || Database.GetStatistics().SpillBytes > 0); i++)
        {
            Thread.Sleep(100);
        }

        Require(!File.Exists(SpillPath), "The temporary file is still there.");
        Require(Database.GetStatistics().SpillBytes == 0, "The figures still count a temporary file.");
    }

    /// <summary>Closes the database, opens it again and checks it.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Require(Directory.GetFiles(Path.GetDirectoryName(_path)!).Length == 1, "A close left more than one file.");
        Database = VMemDatabase.Open(_path, _options);
        Database.Check();
    }

    /// <summary>Ends: everything must have stayed inside.</summary>
    public void Finish() => Require(!_isTooMuch, "The process took more than the formula says.");

    /// <summary>Refuses what does not hold.</summary>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        Database.Dispose();
    }

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("N2", CultureInfo.InvariantCulture);

    private void LookAtSpill()
    {
        var file = new FileInfo(SpillPath);
        if (file.Exists)
        {
            _mostSpill = Math.Max(Interlocked.Read(ref _mostSpill), file.Length);
        }
    }
}

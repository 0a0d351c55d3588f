using System.Diagnostics;
using System.Globalization;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>
/// Shows that the cap holds where data is many times larger: each proof is a process of its own, whose memory nothing
/// else moves.
/// </summary>
public static class CapProof
{
    /// <summary>Transactions of so many megabytes.</summary>
    public const string Transactions = "transactions";

    /// <summary>A snapshot open during so many updates.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Queries over so many documents.</summary>
    public const string Queries = "queries";

    /// <summary>Several such queries at once, while as many documents are loaded.</summary>
    public const string AtOnce = "at-once";

    /// <summary>
    /// The environment variable to set to 0 for a process that runs a proof: methods are then compiled once, in the
    /// warm-up. Otherwise the compiler's own memory for compiling them again, some 5 MB, is all that would be seen.
    /// </summary>
    public const string CompileOnce = "DOTNET_TieredCompilation";

    private const long CapBytes = 1 << 20;
    private const long WarmupCapBytes = 300_000;

    // The share of the work that compiles the code before the watch begins.
    private const int WarmupShare = 50;

    /// <summary>Starts a process for each proof and writes one table.</summary>
    public static int RunAll(string folder, bool isQuick)
    {
        (string Name, int Size)[] proofs = isQuick
            ? [(Transactions, 10), (Snapshot, 100_000), (Queries, 100_000), (AtOnce, 50_000)]
            : [(Transactions, 10), (Transactions, 200), (Snapshot, 1_000_000), (Queries, 1_000_000), (AtOnce, 200_000)];
        Console.WriteLine($"Cap: {CapBytes:N0} bytes for everything; every commit durable.");
        Console.WriteLine();
        Console.WriteLine(CapRun.Head);
        var failures = 0;
        foreach (var (name, size) in proofs)
        {
            var start = new ProcessStartInfo(
                "dotnet",
                [
                    "exec",
                    typeof(CapProof).Assembly.Location,
                    "--cap-run",
                    name,
                    folder,
                    size.ToString(CultureInfo.InvariantCulture),
                ]);
            start.Environment[CompileOnce] = "0";
            using var process = Process.Start(start) ?? throw new InvalidOperationException("It did not start.");
            process.WaitForExit();
            failures += process.ExitCode == 0 ? 0 : 1;
        }

        return failures;
    }

    /// <summary>Runs one proof in this process; writes its rows, and 0 is returned when everything held.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="folder">An empty one, or one to make; what is made in it is deleted.</param>
    /// <param name="size">How much.</param>
    /// <param name="output">Receives the rows, and what did not hold.</param>
    public static int Run(string name, string folder, int size, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            RunIn(folder, "warm-up", name, Math.Max(1, size / WarmupShare), TextWriter.Null, isWarmup: true);
            RunIn(folder, "proof", name, size, output, isWarmup: false);
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or VMemDbException or IOException
            or AggregateException)
        {
            output.WriteLine(exception);
            return 1;
        }
    }

    private static void RunIn(string folder, string part, string name, int size, TextWriter output, bool isWarmup)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, $"{name}-{part}-{Environment.ProcessId}"));
        try
        {
            var path = Path.Combine(own.FullName, "cap.vmem");
            using var run = new CapRun(path, isWarmup ? WarmupCapBytes : CapBytes, output);
            RunOn(run, name, size);
            if (!isWarmup)
            {
                run.Finish();
            }
        }
        finally
        {
            own.Delete(recursive: true);
        }
    }

    private static void RunOn(CapRun run, string name, int size)
    {
        switch (name)
        {
            case Transactions:
                BigTransaction.Run(run, size);
                break;
            case Snapshot:
                OldSnapshot.Run(run, size);
                break;
            case Queries:
                WideQuery.Run(run, size);
                break;
            case AtOnce:
                Together.Run(run, size);
                break;
            default:
                throw new InvalidOperationException($"There is no proof '{name}'.");
        }
    }
}

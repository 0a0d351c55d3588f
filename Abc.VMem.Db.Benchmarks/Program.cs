using System.Globalization;
using Abc.VMem.Db.Benchmarks;
using Abc.VMem.Db.Benchmarks.Cap;

// dotnet run -c Release --project Abc.VMem.Db.Benchmarks
//     [-- --quick] [--structures | --cap | --load <gigabytes> [--only <part of a row's name>]]
//     [--folder <on the disk to test>]
const int CacheBytes = 256 << 20;

// The process that a proof of the cap starts for itself.
if (args is ["--cap-run", var proof, var place, var amount])
{
    return CapProof.Run(proof, place, int.Parse(amount, CultureInfo.InvariantCulture), Console.Out);
}

var size = args.Contains("--quick") ? RaceSize.Quick : RaceSize.Full;
var at = Array.IndexOf(args, "--folder");
var folder = Directory.CreateDirectory(Path.Combine(
    at >= 0 && at + 1 < args.Length ? args[at + 1] : Path.GetTempPath(), $"abc-vmem-race-{Environment.ProcessId}"));
try
{
    if (Array.IndexOf(args, "--load") is var load and >= 0)
    {
        var gigabytes = load + 1 < args.Length
            && double.TryParse(args[load + 1], CultureInfo.InvariantCulture, out var given) ? given : 0.25;
        var only = Array.IndexOf(args, "--only") is var name and >= 0 ? args[name + 1] : null;
        Console.WriteLine($"{gigabytes} GB in one call, commit and checkpoint included.");
        Console.WriteLine();
        new LoadRace(folder.FullName, gigabytes).Run(Console.Out, only);
        return 0;
    }

    if (args.Contains("--cap"))
    {
        return CapProof.RunAll(folder.FullName, args.Contains("--quick"));
    }

    if (args.Contains("--structures"))
    {
        Console.WriteLine(
            $"{size.Entries:N0} items of 8 bytes, medians of {size.Rounds} rounds; ours in a file, one durable "
            + "transaction for each row, beside the collection in memory that the row names.");
        Console.WriteLine();
        var structures = new StructureRace(folder.FullName, CacheBytes, size.Entries, size.Rounds).Run();
        Console.WriteLine(RaceTable.Write(["Abc.VMem.Db", "in memory"], structures));
        return 0;
    }

    Console.WriteLine(
        $"{size.Entries:N0} entries of {Entries.KeyBytes} + {Entries.ValueBytes} bytes, medians of {size.Rounds} "
        + $"interleaved rounds, cache {CacheBytes >> 20} MB each, every commit durable.");
    Console.WriteLine(
        "SQLite: prepared statements, write-ahead log, synchronous = FULL; integer key = rowid table, "
        + "blob key = WITHOUT ROWID, as its documents recommend for each.");
    Console.WriteLine();
    var race = new Race(
        [
            () => new VMemContender(CacheBytes),
            () => new SqliteContender(SqliteKey.Integer, CacheBytes),
            () => new SqliteContender(SqliteKey.Blob, CacheBytes),
        ],
        folder.FullName,
        size);
    var (names, rows) = race.Run();
    Console.WriteLine(RaceTable.Write(names, rows));
    var flushes = RawDisk.FlushesPerSecond(folder.FullName, size.Commits);
    Console.WriteLine($"The device: {flushes:N0} overwrites of 4 KB with a flush a second.");
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}

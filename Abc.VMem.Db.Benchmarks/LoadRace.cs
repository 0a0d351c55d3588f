using System.Buffers.Binary;
using System.Diagnostics;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>
/// Loads gigabytes in one call, in the order of their keys and in none, at a small cap and at one that holds all of it:
/// the cap may cost half of the speed.
/// </summary>
internal sealed class LoadRace(string folder, double gigabytes)
{
    private const int SmallCapPages = (64 << 20) / 4096;

    // Twice the data: leaves, their index and the pages above them.
    private const double UncappedShare = 2.2;

    private readonly long _bytes = (long)(gigabytes * (1L << 30));

    private enum Order
    {
        Ascending,
        Random,
    }

    /// <summary>Runs every load and writes the table as it grows.</summary>
    public void Run(TextWriter output, string? only)
    {
        var uncapped = (int)Math.Min(_bytes * UncappedShare / 4096, int.MaxValue);
        uncapped = Math.Max(uncapped, 2 * SmallCapPages);
        output.WriteLine(
            "| load | keys | cap | seconds | MB/s | of uncapped | CPU s | peak pages | file MB | temporary MB |");
        output.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (name, load) in new (string, Func<VMemDatabase, Order, Watch, long>)[]
        {
            ("documents, one index", LoadDocuments), ("entries of 8 + 100 B", LoadEntries),
        })
        {
            foreach (var order in Enum.GetValues<Order>())
            {
                if (only is not null && !$"{name} {order}".Contains(only, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                var free = Measure(load, order, uncapped);
                output.WriteLine(Row(name, order, uncapped, free, free));
                output.WriteLine(Row(name, order, SmallCapPages, Measure(load, order, SmallCapPages), free));
                output.Flush();
            }
        }
    }

    private static string Row(string name, Order order, int pages, in Result result, in Result free) =>
        FormattableString.Invariant(
            $"| {name} | {order} | {pages / 256:N0} MB | {result.Seconds:N1} ")
        + FormattableString.Invariant($"| {result.Bytes / 1e6 / result.Seconds:N0} ")
        + FormattableString.Invariant($"| {free.Seconds / result.Seconds:P0} | {result.CpuSeconds:N1} ")
        + FormattableString.Invariant($"| {result.PeakPages:N0} | {result.FileBytes / 1e6:N0} ")
        + FormattableString.Invariant($"| {result.SpillBytes / 1e6:N0} |");

    private Result Measure(Func<VMemDatabase, Order, Watch, long> load, Order order, int pages)
    {
        var path = Path.Combine(folder, "load.vmem");
        File.Delete(path);
        GC.Collect();
        using var database = VMemDatabase.Open(path, new VMemDatabaseOptions { MaxMappedPages = pages });
        var watch = new Watch(database);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var bytes = load(database, order, watch);
        database.Checkpoint();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var statistics = database.GetStatistics();
        return new(
            bytes,
            seconds,
            cpu.TotalSeconds,
            statistics.PeakMappedPages,
            statistics.FileBytes,
            watch.SpillBytes);
    }

    private long LoadDocuments(VMemDatabase database, Order order, Watch watch)
    {
        var documents = database.GetCollection<LoadDocument>("documents");
        documents.EnsureIndex(document => document.Group);
        var count = _bytes / LoadDocument.Bytes;
        documents.InsertMany(Numbers(count).Select(number => LoadDocument.Make(KeyOf(number, order))), watch);
        return count * LoadDocument.Bytes;
    }

    private long LoadEntries(VMemDatabase database, Order order, Watch watch)
    {
        const int Bytes = Entries.KeyBytes + Entries.ValueBytes;
        var (key, value) = (new byte[Entries.KeyBytes], new byte[Entries.ValueBytes]);
        var entry = new KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(key, value);
        var count = _bytes / Bytes;
        database.GetMap("entries").InsertRange(
            Numbers(count).Select(number =>
            {
                var id = KeyOf(number, order);
                BinaryPrimitives.WriteInt64BigEndian(key, id);
                Entries.WriteValue((ulong)id, value);
                return entry;
            }),
            watch);
        return count * Bytes;
    }

    private static IEnumerable<long> Numbers(long count)
    {
        for (var number = 1L; number <= count; number++)
        {
            yield return number;
        }
    }

    // Steele, Lea, Flood: SplitMix64. Every number has another image, so no key comes twice.
    private static long KeyOf(long number, Order order)
    {
        if (order == Order.Ascending)
        {
            return number;
        }

        var mixed = (ulong)number * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (long)(mixed ^ (mixed >> 31));
    }

    private readonly record struct Result(
        long Bytes, double Seconds, double CpuSeconds, int PeakPages, long FileBytes, long SpillBytes);

    /// <summary>Looks at the temporary file now and then.</summary>
    private sealed class Watch(VMemDatabase database) : IProgress<LoadProgress>
    {
        private int _calls;

        public long SpillBytes { get; private set; }

        public void Report(LoadProgress value)
        {
            if (_calls++ % 64 == 0)
            {
                SpillBytes = Math.Max(SpillBytes, database.GetStatistics().SpillBytes);
            }
        }
    }

    /// <summary>A document of about 256 bytes.</summary>
    private sealed class LoadDocument
    {
        public const int Bytes = 256;

        public long Id { get; set; }

        public int Group { get; set; }

        public string Name { get; set; } = "";

        public byte[] Data { get; set; } = [];

        public static LoadDocument Make(long id)
        {
            var data = new byte[2 * Entries.ValueBytes];
            Entries.WriteValue((ulong)id, data);
            Entries.WriteValue(~(ulong)id, data.AsSpan(Entries.ValueBytes));
            return new()
            {
                Id = id,
                Group = (int)((ulong)(id * 0x9E3779B97F4A7C1) >> 40),
                Name = FormattableString.Invariant($"document {id}"),
                Data = data,
            };
        }
    }
}

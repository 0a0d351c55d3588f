using System.Diagnostics;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>One row of the result: a kind of work and each contender's rate.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Unit">Unit of the numbers; a larger number is better unless it is bytes.</param>
/// <param name="Values">Median of each contender, in the order of the race.</param>
internal sealed record RaceRow(string Work, string Unit, double[] Values);

/// <summary>
/// Has all contenders do the same work in turn, round after round, so that a slow minute hits all of them.
/// </summary>
internal sealed class Race(Func<Contender>[] contenders, string folder, RaceSize size)
{
    private const int Seed = 7;

    /// <summary>Runs everything; the contenders' names come with the rows.</summary>
    public (string[] Names, List<RaceRow> Rows) Run()
    {
        WarmUp();
        var rows = new List<RaceRow>();
        var ascending = Entries.Ascending(size.Entries);
        var random = Entries.Shuffled(size.Entries, Seed);
        rows.AddRange(Loads("sequential load", ascending));
        rows.AddRange(Loads("random load", random));

        var open = contenders.Select((create, i) => Opened(create, Folder($"read-{i}"))).ToArray();
        try
        {
            rows.AddRange(Reads(open, random));
            rows.Add(Commits(open));
        }
        finally
        {
            Array.ForEach(open, contender => contender.Dispose());
        }

        return ([.. open.Select(contender => contender.Name)], rows);
    }

    /// <summary>Everything once on little data: what is measured later is compiled code.</summary>
    private void WarmUp()
    {
        var keys = Entries.Shuffled(20_000, Seed);
        foreach (var create in contenders)
        {
            var path = Folder("warm-up");
            using (var contender = Opened(create, path))
            {
                contender.Load(keys);
                contender.GetEach(keys);
                contender.GetInSnapshot(keys);
                contender.Scan();
                contender.CommitEach(keys.AsSpan(0, 50));
            }

            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Loads a new file in one transaction; its size counts once the database is closed.</summary>
    private RaceRow[] Loads(string work, ulong[] keys)
    {
        var megabytes = new double[contenders.Length];
        var rates = Rounds(contenders.Length, i =>
        {
            var path = Folder($"load-{i}");
            double rate;
            using (var contender = Opened(contenders[i], path))
            {
                rate = Rate(keys.Length, () => contender.Load(keys));
            }

            megabytes[i] = Directory.GetFiles(path).Sum(file => new FileInfo(file).Length) / 1e6;
            Directory.Delete(path, recursive: true);
            return rate;
        });
        return [new($"{work}, one transaction", "entries/s", rates), new($"file after {work}", "MB", megabytes)];
    }

    private List<RaceRow> Reads(Contender[] open, ulong[] loaded)
    {
        foreach (var contender in open)
        {
            contender.Load(loaded);
            contender.Checkpoint();
        }

        var keys = Entries.Shuffled(size.Entries, Seed + 1);
        return
        [
            new("random get, own snapshot each", "gets/s",
                Measure(open, keys.Length, contender => contender.GetEach(keys))),
            new("random get in one snapshot", "gets/s",
                Measure(open, keys.Length, contender => contender.GetInSnapshot(keys))),
            new("full scan", "entries/s", Measure(open, keys.Length, contender => contender.Scan())),
        ];
    }

    /// <summary>Reads are told from skipped ones by their bytes.</summary>
    private double[] Measure(Contender[] open, int count, Func<Contender, long> read) =>
        Rounds(open.Length, i => Rate(count, () =>
        {
            var bytes = read(open[i]);
            if (bytes != (long)count * Entries.ValueBytes)
            {
                throw new InvalidOperationException($"{open[i].Name} read {bytes} bytes of {count} entries.");
            }
        }));

    private RaceRow Commits(Contender[] open)
    {
        var next = (ulong)size.Entries;
        return new("synced commits of one entry", "commits/s", Rounds(open.Length, i =>
        {
            var keys = Entries.Ascending(size.Commits);
            for (var k = 0; k < keys.Length; k++)
            {
                keys[k] += next;
            }

            next += (ulong)keys.Length;
            return Rate(keys.Length, () => open[i].CommitEach(keys));
        }));
    }

    private double[] Rounds(int count, Func<int, double> run)
    {
        var results = Enumerable.Range(0, count).Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < size.Rounds; round++)
        {
            for (var i = 0; i < count; i++)
            {
                GC.Collect();
                results[i].Add(run(i));
            }
        }

        return [.. results.Select(Median)];
    }

    private static double Rate(int count, Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static Contender Opened(Func<Contender> create, string path)
    {
        var contender = create();
        contender.Open(path);
        return contender;
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}

/// <summary>How much work a race is.</summary>
/// <param name="Entries">Entries loaded and read.</param>
/// <param name="Commits">Commits of one entry in a round.</param>
/// <param name="Rounds">Rounds; the median of them counts.</param>
internal sealed record RaceSize(int Entries, int Commits, int Rounds)
{
    /// <summary>The race that is published.</summary>
    public static RaceSize Full { get; } = new(1_000_000, 3_000, 3);

    /// <summary>Less than a minute, to see where one stands.</summary>
    public static RaceSize Quick { get; } = new(100_000, 500, 1);
}

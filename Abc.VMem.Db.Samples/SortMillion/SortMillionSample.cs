using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Samples.SortMillion;

/// <summary>
/// Sorts a list that is far larger than the memory it may use: a million records, 100 MB, in a pool of 256 pages, 1 MB.
/// It sorts runs that fit into memory, each into a list of its own, and then merges all of them in one pass.
/// </summary>
/// <remarks>
/// Two things make that possible within so few pages: a list is read and appended to a page at a time, and pages that a
/// transaction adds to the file leave memory before it commits. So each phase is one transaction, however long.
/// </remarks>
public sealed class SortMillionSample(TextWriter output)
{
    /// <summary>Records of a run: 1 MB of them, beside the pool.</summary>
    private const int RunLength = 10_000;

    /// <summary>Records that are appended at once.</summary>
    private const int ChunkLength = 1_000;

    // The states of the two big lists, and of the list of runs, whose items are states themselves.
    private static readonly PageAddress
        s_unsorted = Pool.StartAddress,
        s_sorted = Pool.StartAddress.Plus(VMemState.Bytes),
        s_runs = Pool.StartAddress.Plus(2 * VMemState.Bytes);

    private readonly Stopwatch _time = Stopwatch.StartNew();

    /// <summary>Makes records in a new file, sorts them and verifies the result.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="count">How many records.</param>
    /// <param name="maxMappedPages">Cap on mapped pages.</param>
    /// <exception cref="InvalidOperationException">They are not sorted, or not the same ones.</exception>
    public void Run(string path, int count, int maxMappedPages)
    {
        var options = new PoolOptions { MaxMappedPages = maxMappedPages, Durability = Durability.Relaxed };
        using var pool = Pool.Open(path, options);
        Phase(pool, "made", transaction => Fill(transaction, count));
        Phase(pool, "sorted in runs", MakeRuns);
        Phase(pool, "merged", Merge);
        FreeRuns(pool);
        Verify(pool, count);
        Tell($"verified: {count:N0} records in order");
        Tell($"Pages mapped at peak: {pool.PeakMappedPages:N0} of at most {pool.MaxMappedPages:N0}");
    }

    private static void Fill(PoolTransaction transaction, int count)
    {
        var list = new VMemList<SortRecord>(transaction, s_unsorted);
        var chunk = new SortRecord[ChunkLength];
        for (var from = 0; from < count; from += chunk.Length)
        {
            var length = Math.Min(chunk.Length, count - from);
            for (var i = 0; i < length; i++)
            {
                chunk[i] = SortRecord.Make(from + i);
            }

            list.AddRange(chunk.AsSpan(0, length));
        }
    }

    private static void MakeRuns(PoolTransaction transaction)
    {
        var unsorted = new VMemList<SortRecord>(transaction, s_unsorted);
        var runs = new VMemList<VMemState>(transaction, s_runs);
        var buffer = new SortRecord[(int)Math.Min(RunLength, unsorted.Count)];
        var length = 0;
        foreach (var record in unsorted)
        {
            buffer[length++] = record;
            if (length == buffer.Length)
            {
                AddRun();
            }
        }

        AddRun();
        unsorted.Clear();                                          // all its pages are free at once

        void AddRun()
        {
            if (length > 0)
            {
                var records = buffer.AsSpan(0, length);
                records.Sort();
                var at = runs.Add(default);                        // an empty state: an empty list
                new VMemList<SortRecord>(transaction, runs.AddressOf(at)).AddRange(records);
                length = 0;
            }
        }
    }

    private static void Merge(PoolTransaction transaction)
    {
        var runs = new VMemList<VMemState>(transaction, s_runs);
        var heads = new PriorityQueue<IEnumerator<SortRecord>, SortRecord>();
        for (var at = runs.FirstPosition; at != ItemPosition.End; at = runs.Next(at))
        {
            Enqueue(new VMemList<SortRecord>(transaction, runs.AddressOf(at)).GetEnumerator());
        }

        // Each enumerator has a copy of one page and pins none, so there may be more runs than mapped pages.
        var sorted = new VMemList<SortRecord>(transaction, s_sorted);
        var chunk = new List<SortRecord>(ChunkLength);
        while (heads.TryDequeue(out var head, out var record))
        {
            chunk.Add(record);
            if (chunk.Count == ChunkLength)
            {
                Flush();
            }

            Enqueue(head);
        }

        Flush();

        void Enqueue(IEnumerator<SortRecord> head)
        {
            if (head.MoveNext())
            {
                heads.Enqueue(head, head.Current);
            }
            else
            {
                head.Dispose();
            }
        }

        void Flush()
        {
            sorted.AddRange(CollectionsMarshal.AsSpan(chunk));
            chunk.Clear();
        }
    }

    // Freeing a list changes its first page, and a transaction may change half of the pages that may be mapped: so the
    // runs go one by one. It would not matter if the power went meanwhile.
    private static void FreeRuns(Pool pool)
    {
        while (true)
        {
            using var transaction = pool.BeginTransaction();
            var runs = new VMemList<VMemState>(transaction, s_runs);
            if (runs.Count == 0)
            {
                return;
            }

            var last = runs.LastPosition;
            new VMemList<SortRecord>(transaction, runs.AddressOf(last)).Clear();
            runs.RemoveAt(last);
            transaction.Commit();
        }
    }

    private static void Verify(Pool pool, int count)
    {
        var sorted = new VMemListView<SortRecord>(pool, s_sorted);
        var (found, sum, previous) = (0L, 0L, default(SortRecord));
        foreach (var record in sorted)
        {
            if (!record.IsWhole || (found > 0 && previous.CompareTo(record) >= 0))
            {
                throw new InvalidOperationException($"Record {found} is out of order, or not whole.");
            }

            (found, sum, previous) = (found + 1, sum + record.Number, record);
        }

        // Strictly ascending and whole means no record twice; so many, with this sum, means none replaced.
        if (found != count || sum != (long)count * (count - 1) / 2 || sorted.Count != count)
        {
            throw new InvalidOperationException($"{found} records instead of {count}, or others.");
        }
    }

    private void Phase(Pool pool, string name, Action<PoolTransaction> run)
    {
        using var transaction = pool.BeginTransaction();
        run(transaction);
        transaction.Commit();
        Tell($"{name}; the file has {pool.GetStatistics().PageCount:N0} pages");
    }

    private void Tell(FormattableString message) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_time.Elapsed.TotalSeconds,6:F1} s ")
            + message.ToString(CultureInfo.InvariantCulture));
}

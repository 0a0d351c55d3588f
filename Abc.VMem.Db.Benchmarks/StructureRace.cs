using System.Diagnostics;
using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>
/// The structures of a pool beside the collections of .NET that live in memory only: items of 8 bytes, one transaction
/// for each kind of work, committed and durable inside the measured time.
/// </summary>
internal sealed class StructureRace(string folder, int cacheBytes, int count, int rounds)
{
    private const int Seed = 11;

    private static PageAddress ListAddress => Pool.StartAddress;

    private static PageAddress ContainerAddress => Pool.StartAddress.Plus(VMemState.Bytes);

    private static PageAddress MapAddress => Pool.StartAddress.Plus(2 * VMemState.Bytes);

    /// <summary>Runs everything, round after round; each rate is the median.</summary>
    public List<RaceRow> Run()
    {
        var rows = new Dictionary<string, List<double[]>>();
        for (var round = -1; round < rounds; round++)
        {
            // The first round compiles the code; what it measures is dropped.
            foreach (var (work, ours, theirs) in Round(round < 0 ? Math.Min(count, 20_000) : count))
            {
                if (round >= 0)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(rows, work, out _) ??= [];
                    rows[work].Add([ours, theirs]);
                }
            }
        }

        return [.. rows.Select(row => new RaceRow(
            row.Key, "items/s", [Median(row.Value.Select(v => v[0])), Median(row.Value.Select(v => v[1]))]))];
    }

    private List<(string Work, double Ours, double Theirs)> Round(int items)
    {
        var path = Path.Combine(folder, "structures.vmem");
        try
        {
            using var pool = Pool.Open(path, new PoolOptions { MaxMappedPages = cacheBytes / Page.Size });
            return [.. Lists(pool, items), .. Containers(pool, items), .. Maps(pool, items)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<(string Work, double Ours, double Theirs)> Lists(Pool pool, int items)
    {
        var memory = new List<long>();
        var append = InTransaction(pool, items, transaction =>
        {
            var list = new VMemList<long>(transaction, ListAddress);
            for (var i = 0L; i < items; i++)
            {
                list.Add(i);
            }
        });
        var appendMemory = Rate(items, () =>
        {
            for (var i = 0L; i < items; i++)
            {
                memory.Add(i);
            }
        });
        var sum = 0L;
        var scan = Rate(items, () =>
        {
            foreach (var item in new VMemList<long>(pool, ListAddress))
            {
                sum += item;
            }
        });
        var scanMemory = Rate(items, () =>
        {
            foreach (var item in memory)
            {
                sum -= item;
            }
        });
        Require(sum == 0, "The list does not hold what was appended.");
        var numbers = memory.ToArray();
        var range = InTransaction(pool, items, transaction =>
            new VMemList<long>(transaction, ListAddress).AddRange(numbers.AsSpan()));
        var rangeMemory = Rate(items, () => memory.AddRange(numbers.AsSpan()));
        return
        [
            ("list: append one by one (List<long>)", append, appendMemory),
            ("list: append a range (List<long>)", range, rangeMemory),
            ("list: scan (List<long>)", scan, scanMemory),
        ];
    }

    /// <summary>
    /// Items come and go at random places: a page and an index in it. The same number of random inserts and removals in
    /// a List moves half of it each time, so its share of the work is cut to what it can do.
    /// </summary>
    private static List<(string Work, double Ours, double Theirs)> Containers(Pool pool, int items)
    {
        var random = new Random(Seed);
        var insert = InTransaction(pool, items, transaction =>
        {
            var container = new PageContainer<long>(
                transaction, ContainerAddress, PageBalance.All, PageBalance.All);
            var pages = new List<PagePos>();
            for (var i = 0L; i < items; i++)
            {
                var at = pages.Count == 0
                    ? ItemPosition.End
                    : new ItemPosition(pages[random.Next(pages.Count)], 0);
                var change = container.Insert(at, i);
                Follow(change, pages);
            }
        });
        var expected = items;
        var remove = InTransaction(pool, items / 2, transaction =>
        {
            var container = new PageContainer<long>(
                transaction, ContainerAddress, PageBalance.All, PageBalance.All);
            var pages = PagesOf(container);
            for (var i = 0; i < items / 2; i++)
            {
                var page = pages[random.Next(pages.Count)];
                var change = container.RemoveAt(new ItemPosition(page, 0));
                Follow(change, pages);
                expected--;
            }
        });
        Require(new PageContainerView<long>(pool, ContainerAddress).Count == expected, "The container lost items.");
        var some = Math.Min(items, 100_000);
        var memory = new List<long>();
        var insertMemory = Rate(some, () =>
        {
            for (var i = 0L; i < some; i++)
            {
                memory.Insert(random.Next(memory.Count + 1), i);
            }
        });
        var removeMemory = Rate(some / 2, () =>
        {
            for (var i = 0; i < some / 2; i++)
            {
                memory.RemoveAt(random.Next(memory.Count));
            }
        });
        return
        [
            ($"container: insert at random places (List<long> of {some:N0})", insert, insertMemory),
            ($"container: remove at random places (List<long> of {some:N0})", remove, removeMemory),
        ];
    }

    private static void Follow(ContainerChange<long> change, List<PagePos> pages)
    {
        foreach (var lead in (ReadOnlySpan<PageLead<long>>)[change.First, change.Second])
        {
            if (lead.Operation == PageLeadOperation.Insert)
            {
                pages.Add(lead.Page);
            }
            else if (lead.Operation == PageLeadOperation.Remove)
            {
                var at = pages.IndexOf(lead.Page);
                pages[at] = pages[^1];
                pages.RemoveAt(pages.Count - 1);
            }
        }
    }

    private static List<PagePos> PagesOf(PageContainer<long> container)
    {
        var pages = new List<PagePos>();
        for (var at = container.FirstPosition; at != ItemPosition.End; at = container.Next(at))
        {
            if (at.Index == 0)
            {
                pages.Add(at.Page);
            }
        }

        return pages;
    }

    private static List<(string Work, double Ours, double Theirs)> Maps(Pool pool, int items)
    {
        var keys = Entries.Shuffled(items, Seed);
        var memory = new SortedDictionary<ulong, ulong>();
        var insert = InTransaction(pool, items, transaction =>
        {
            var map = new VMemMap<ulong, ulong>(transaction, MapAddress);
            foreach (var key in keys)
            {
                map.Insert(key, ~key);
            }
        });
        var insertMemory = Rate(items, () =>
        {
            foreach (var key in keys)
            {
                memory.Add(key, ~key);
            }
        });
        new Random(Seed + 1).Shuffle(keys);
        var wrong = 0;
        using var snapshot = pool.BeginSnapshot();
        var view = new VMemMapView<ulong, ulong>(snapshot, MapAddress);
        var find = Rate(items, () =>
        {
            foreach (var key in keys)
            {
                wrong += view.TryGetValue(key, out var value) && value == ~key ? 0 : 1;
            }
        });
        var findMemory = Rate(items, () =>
        {
            foreach (var key in keys)
            {
                wrong += memory.TryGetValue(key, out var value) && value == ~key ? 0 : 1;
            }
        });
        Require(wrong == 0, "The map does not hold what was inserted.");
        return
        [
            ("map: insert keys of 8 bytes, random (SortedDictionary)", insert, insertMemory),
            ("map: find keys of 8 bytes, random (SortedDictionary)", find, findMemory),
        ];
    }

    private static double InTransaction(Pool pool, int items, Action<PoolTransaction> work) =>
        Rate(items, () =>
        {
            using var transaction = pool.BeginTransaction();
            work(transaction);
            transaction.Commit();
        });

    private static double Rate(int items, Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return items / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException(message);
        }
    }
}

using System.Globalization;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Samples.OwnStructure;

/// <summary>Builds a structure of its own on containers: a sorted set with a level of page leads.</summary>
public static class OwnStructureSample
{
    private const int Count = 20_000;

    /// <summary>Runs on a file that does not exist yet.</summary>
    public static void Run(string path, TextWriter output)
    {
        var options = new PoolOptions { MaxMappedPages = 256, Durability = Durability.Relaxed };
        using var pool = Pool.Open(path, options);
        var random = new Random(1);
        var numbers = Enumerable.Range(0, Count).Select(_ => random.NextInt64(1_000_000)).ToArray();
        var expected = new SortedSet<long>(numbers);

        // A transaction may rewrite half of the pages that may be mapped; so this goes in parts.
        foreach (var part in numbers.Chunk(100))
        {
            using var transaction = pool.BeginTransaction();
            var set = new PagedSet<long>(transaction, Pool.StartAddress);
            foreach (var number in part)
            {
                set.Add(number);
            }

            transaction.Commit();
        }

        Tell("added", pool, expected, output);

        foreach (var part in numbers.Where(number => number % 3 != 0).Chunk(100))
        {
            using var transaction = pool.BeginTransaction();
            var set = new PagedSet<long>(transaction, Pool.StartAddress);
            foreach (var number in part)
            {
                if (set.Remove(number) != expected.Remove(number))
                {
                    throw new InvalidOperationException($"{number} was there in one set and not in the other.");
                }
            }

            transaction.Commit();
        }

        Tell("removed two thirds", pool, expected, output);
        output.WriteLine($"Pages mapped at peak: {pool.PeakMappedPages} of at most {pool.MaxMappedPages}");
    }

    private static void Tell(string done, Pool pool, SortedSet<long> expected, TextWriter output)
    {
        using var snapshot = pool.BeginSnapshot();
        var set = new PagedSetView<long>(snapshot, Pool.StartAddress);
        set.Check();
        if (!set.Items.SequenceEqual(expected) || set.Contains(-1) || !set.Contains(expected.Max))
        {
            throw new InvalidOperationException("The set is not what a SortedSet is.");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done}: {set.Count} items on {set.ItemPages} pages, and {set.LeadPages} of leads above them"));
    }
}

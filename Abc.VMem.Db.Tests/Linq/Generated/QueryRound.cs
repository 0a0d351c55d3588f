namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// One set of documents, one set of indexes, and the queries over them. Follows from seed and number.
/// </summary>
internal static class QueryRound
{
    private const int SmallestPool = 16;

    // The database verifies one query of so many by itself as well.
    private const int VerifiedShare = 10;

    /// <summary>Runs a round; the difference it found, as text, or null.</summary>
    public static string? Run(int seed, int round, int shapes, int queriesPerShape, QueryTally tally)
    {
        var values = new RandomValues(new Random(HashCode(seed, round)));
        var documents = new RandomDocuments(values);
        var (things, parts, indexes) = (documents.Things(), documents.Parts(), RandomIndexes.Choose(values));
        var committed = round % 3 == 1 ? Before(things, documents, values) : null;
        var pages = round % 4 == 2 ? SmallestPool : 512;
        using var setting = new QuerySetting(things, parts, indexes, pages, committed);
        for (var shape = 0; shape < shapes; shape++)
        {
            var query = new QueryGrammar(values).Create();
            for (var number = 0; number < queriesPerShape; number++)
            {
                query = number == 0 ? query : new Revaluer(values).Change(query);
                if (setting.FindDifference(query, tally) is not null)
                {
                    return $"VMEM_SEED={seed} VMEM_QUERY_ROUND={round}, query {shape}.{number}\n"
                        + Describe(query, things, parts, indexes, pages, committed is not null);
                }

                if (shape % VerifiedShare == 0 && number == 0 && setting.FindMismatch(query) is { } mismatch)
                {
                    return $"VMEM_SEED={seed} VMEM_QUERY_ROUND={round}, query {shape}.{number} is right, but:\n"
                        + mismatch.Message;
                }

                tally.Queries++;
            }
        }

        return null;
    }

    /// <summary>Shrinks a wrong answer and writes it down.</summary>
    private static string Describe(
        GeneratedQuery query, List<Thing> things, List<Part> parts, int[] indexes, int pages, bool wasInTransaction)
    {
        var before = QueryText.Of(query.Body);
        var shrinker = new QueryShrinker((q, t, p) => Difference(q, t, p) is not null);
        if (Difference(query, things, parts) is null)
        {
            return $"{before}\nNot without the transaction." + (wasInTransaction ? "" : " (There was none.)");
        }

        var (smallest, someThings, someParts) = shrinker.Shrink(query, things, parts);
        return $"{QueryText.Of(smallest.Body)}\nthings: {DocumentText.Of(someThings)}\n"
            + $"parts: {DocumentText.Of(someParts)}\nindexes: {string.Join(", ", indexes)}\n"
            + $"{Difference(smallest, someThings, someParts)}\nat first: {before}";

        string? Difference(GeneratedQuery q, List<Thing> t, List<Part> p)
        {
            using var setting = new QuerySetting(t, p, indexes, pages);
            return setting.FindDifference(q, new QueryTally());
        }
    }

    /// <summary>What was there before a transaction made it what it is.</summary>
    private static List<Thing> Before(List<Thing> things, RandomDocuments documents, RandomValues values)
    {
        var before = things.Where(_ => values.Chance(80))
            .Select(thing => values.Chance(25) ? documents.Thing(thing.Id) : thing).ToList();
        var keys = things.Select(thing => thing.Id).ToHashSet();
        before.AddRange(Enumerable.Range(5000, values.Number(10)).Where(keys.Add).Select(documents.Thing));
        return before;
    }

    /// <summary>The same number in every process.</summary>
    private static int HashCode(int seed, int round) => unchecked((seed * 1_000_003) + (round * 7919) + 17);
}

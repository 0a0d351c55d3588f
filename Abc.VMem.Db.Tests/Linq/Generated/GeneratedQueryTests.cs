using System.Collections.Concurrent;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// Generated documents and generated queries: with indexes = without = LINQ to Objects. Each round has its own
/// documents and indexes; some rounds run in a transaction with changes, some in the smallest pool.
/// </summary>
/// <remarks>
/// A failure is shrunk and printed as C#. <c>VMEM_SEED</c> and <c>VMEM_QUERY_ROUND</c> run its round alone.
/// </remarks>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class GeneratedQueryTests
{
    private const int Rounds = 184;
    private const int ShapesPerRound = 40;
    private const int QueriesPerShape = 3;
    private const int MaxDifferences = 4;

    /// <summary>
    /// A search that finds nothing proves nothing. Here a database has lost the nulls of a member, as an engine with a
    /// mistake in a codec would: generated queries find it, and the shrunk form shows what is wrong.
    /// </summary>
    [Fact]
    public void Difference_Planted_IsFoundAndShrunk()
    {
        var values = new RandomValues(new Random(Proof.Seed));
        var documents = new RandomDocuments(values);
        List<Thing> things = [.. Enumerable.Range(1, 60).Select(documents.Thing)];
        var parts = documents.Parts();
        GeneratedQuery query;
        do
        {
            query = new QueryGrammar(values).Create();
        }
        while (!IsWrong(query, things, parts));

        var (smallest, someThings, someParts) = new QueryShrinker(IsWrong).Shrink(query, things, parts);
        var text = QueryText.Of(smallest.Body);
        Assert.True(QueryShrinker.Nodes(smallest.Body).Count <= 14, text);
        Assert.True(someThings.Count <= 2 && someParts.Count <= 2, DocumentText.Of(someThings));
        Assert.Contains("Rank", text, StringComparison.Ordinal);
        Assert.Contains("new Thing { Id = ", DocumentText.Of(someThings), StringComparison.Ordinal);

        static bool IsWrong(GeneratedQuery query, List<Thing> things, List<Part> parts)
        {
            var lost = things.Select(
                thing => thing.Rank is null ? RandomDocuments.Copy(thing, t => t.Rank = 0) : thing);
            var right = query.RunOnObjects(things, parts, compiled: false);
            var wrong = query.RunOnObjects([.. lost], parts, compiled: false);
            return right.Failure is null && wrong.Failure is null && !ReadsDocuments(query) && !wrong.IsSameAs(right);
        }
    }

    /// <summary>The values of a seed are the same in every process: a failure can be run again.</summary>
    [Fact]
    public void Round_OfASeed_IsTheSameAgain()
    {
        static string Text(int seed) => QueryText.Of(
            new QueryGrammar(new RandomValues(new Random(seed))).Create().Body);

        Assert.Equal(Text(77), Text(77));
        Assert.NotEqual(Text(77), Text(78));
    }

    [Fact]
    public void Query_Generated_GivesWhatLinqToObjectsGives()
    {
        var tallies = new ConcurrentBag<QueryTally>();
        var differences = new ConcurrentBag<string>();
        var only = Proof.Scale("VMEM_QUERY_ROUND", -1);
        var rounds = only >= 0 ? Enumerable.Range(only, 1) : Enumerable.Range(0, Proof.Scale(Rounds));
        Parallel.ForEach(
            Partitioner.Create(rounds, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            (round, state) =>
            {
                var tally = new QueryTally();
                if (QueryRound.Run(Proof.Seed, round, ShapesPerRound, QueriesPerShape, tally) is { } difference)
                {
                    differences.Add(difference);
                    if (differences.Count >= MaxDifferences)
                    {
                        state.Stop();
                    }
                }

                tallies.Add(tally);
            });
        var queries = tallies.Sum(tally => tally.Queries);
        Proof.Count(ProofKind.Query, queries, nameof(Query_Generated_GivesWhatLinqToObjectsGives));
        Assert.True(differences.IsEmpty, string.Join("\n\n", differences));
        Assert.True(only >= 0 || tallies.Sum(tally => tally.NotEmpty) > queries / 3);
        Assert.True(only >= 0 || tallies.Sum(tally => tally.FailuresInCode) < queries / 10);
    }

    /// <summary>Whether rows are whole things, which differ in the member whatever the query is.</summary>
    private static bool ReadsDocuments(GeneratedQuery query) =>
        query.Body.Type.ToString().Contains($".{nameof(Thing)}", StringComparison.Ordinal);
}

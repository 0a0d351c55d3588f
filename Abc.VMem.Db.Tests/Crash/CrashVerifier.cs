using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What must hold after a power loss.</summary>
internal static class CrashVerifier
{
    /// <summary>
    /// The file opens; the map holds what one of the allowed commits left; every page is sound, and reachable or free
    /// but not both; another insert works; a clean close leaves one file, and all of it on the disk.
    /// </summary>
    /// <exception cref="XunitException">Something does not hold; the message tells the state's story.</exception>
    public static void Verify(CrashState<CrashModel> state, EngineOptions options)
    {
        try
        {
            var files = state.Files.Kill();
            CrashModel recovered;
            using (var engine = Engine.Open(files, CrashSession.Path, options))
            {
                recovered = Recovered(engine, state);
                Check(engine);
                recovered = InsertOne(engine, recovered);
            }

            Assert.Equal([CrashSession.Path], files.Paths);
            using var again = Engine.Open(files.Crash(CrashPolicy.None, 0), CrashSession.Path, options);
            Assert.Null(recovered.Differs(ReadMap(again)));
            Check(again);
        }
        catch (Exception e)
        {
            throw new XunitException($"{state.Story}\n{e}", e);
        }
    }

    /// <summary>Every entry of the map.</summary>
    public static Dictionary<string, byte[]> ReadMap(Engine engine)
    {
        using var snapshot = engine.BeginSnapshot();
        return ReadMap(snapshot);
    }

    /// <summary>Every entry of the map, as of one moment.</summary>
    public static Dictionary<string, byte[]> ReadMap(PageReader snapshot)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var scan = new MapScan(snapshot, CrashSession.Map, null, null, descending: false);
        while (scan.MoveNext())
        {
            entries.Add(Encoding.ASCII.GetString(scan.Key), scan.Value.ToArray());
        }

        return entries;
    }

    /// <summary>Verifies the map and the free pages: together they are all pages, each once.</summary>
    public static void Check(Engine engine)
    {
        using var snapshot = engine.BeginSnapshot();
        var seen = new HashSet<PagePos> { PagePos.Root, PagePos.Start };
        BTree.Check(snapshot, CrashSession.Map, See);
        FreePages.Visit(snapshot, (position, _) => See(position));
        using var root = snapshot.Read(PagePos.Root);
        var count = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
        Assert.Equal(count, seen.Count);
        Assert.Equal(count - 1, seen.Max(position => position.Value));

        void See(PagePos position) => Assert.True(seen.Add(position), $"Page {position} is used twice, or also free.");
    }

    private static CrashModel Recovered(Engine engine, CrashState<CrashModel> state)
    {
        var found = ReadMap(engine);
        var differences = new List<string>();
        for (var i = state.States.Count - 1; i >= state.From; i--)
        {
            if (state.States[i].Differs(found) is not { } difference)
            {
                return state.States[i];
            }

            differences.Add(FormattableString.Invariant($"commit {i}: {difference}"));
        }

        throw new XunitException($"No allowed commit fits. {string.Join("; ", differences)}");
    }

    private static CrashModel InsertOne(Engine engine, CrashModel model)
    {
        using var transaction = engine.BeginTransaction();
        var batch = new CrashBatch(transaction, CrashSession.Map, model);
        batch.Put(99_999, 700);
        transaction.Commit();
        return batch.Model;
    }
}

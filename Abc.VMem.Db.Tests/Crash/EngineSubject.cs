using System.IO.Hashing;
using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>The map of an engine, and all pages around it.</summary>
internal sealed class EngineSubject(Engine engine) : ICrashSubject
{
    /// <summary>Every entry of the map, as of one moment.</summary>
    public static CrashContent Read(Snapshot snapshot)
    {
        var hash = new XxHash128();
        var keys = new List<(byte[] Key, int Length)>();
        using var scan = new MapScan(snapshot, EngineSession.Map, null, null, descending: false);
        while (scan.MoveNext())
        {
            EngineModel.Add(hash, scan.Key, scan.Value);
            keys.Add((scan.Key.ToArray(), scan.Value.Length));
        }

        return new(hash.GetCurrentHashAsUInt128(), () => string.Join(
            ' ', keys.Select(entry => $"[{Encoding.ASCII.GetString(entry.Key)}, {entry.Length} bytes]")));
    }

    /// <inheritdoc/>
    public CrashContent Read()
    {
        using var snapshot = engine.BeginSnapshot();
        return Read(snapshot);
    }

    /// <summary>Verifies the map and the free pages: together they are all pages, each once.</summary>
    public void Check()
    {
        using var snapshot = engine.BeginSnapshot();
        var seen = new HashSet<PagePos> { PagePos.Root, PagePos.Start };
        BTree.Check(snapshot, EngineSession.Map, See);
        FreePages.Visit(snapshot, (position, _) => See(position));
        using var root = snapshot.Read(PagePos.Root);
        var count = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
        Assert.Equal(count, seen.Count);
        Assert.Equal(count - 1, seen.Max(position => position.Value));

        void See(PagePos position)
        {
            if (!seen.Add(position))
            {
                Assert.Fail($"Page {position} is used twice, or also free.");
            }
        }
    }

    /// <inheritdoc/>
    public CrashContent ChangeOnce(CrashContent before)
    {
        using var transaction = engine.BeginTransaction();
        var batch = new EngineBatch(transaction, EngineSession.Map, (EngineModel)before.Model!);
        batch.Put(99_999, 700);
        transaction.Commit();
        return batch.Model.Content();
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();
}

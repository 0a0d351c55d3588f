using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A program's structures in a pool.</summary>
internal sealed class PoolSubject(Pool pool) : ICrashSubject
{
    private PoolModel? _found;

    /// <inheritdoc/>
    public CrashContent Read()
    {
        using var snapshot = pool.BeginSnapshot();
        return (_found = PoolContent.Read(snapshot)).Content();
    }

    /// <summary>No damage, no leak, nothing temporary, and the structures that were read: no others.</summary>
    public void Check()
    {
        var report = pool.Check(programPages: []);
        Assert.True(report.IsWhole, report.ToString());
        var model = _found!;
        int[] sizes =
        [
            model.Items.Count, model.Others.Count, model.Contained.Count, model.Stack.Count,
            model.Pages.Count, model.OtherPages.Count,
            model.Lists.Count, model.Map.Count, model.Text.Length, .. model.Lists.Select(list => list.Count),
        ];
        Assert.Equal(sizes.Count(size => size > 0), report.Structures.Count);
    }

    /// <inheritdoc/>
    public CrashContent ChangeOnce(CrashContent before)
    {
        using var transaction = pool.BeginTransaction();
        var batch = new PoolBatch(transaction, (PoolModel)before.Model!);
        batch.AddRange(1_000, 5);
        batch.Push(1_000);
        transaction.Commit();
        return batch.Model.Content();
    }

    /// <inheritdoc/>
    public void Dispose() => pool.Dispose();
}

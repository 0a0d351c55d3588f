using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// The memory of one execution of a query: a budget that its operators share, and the temporary pages where they put
/// aside what goes beyond it. Disposing it, at the end of the execution, ends the pages. Not thread-safe.
/// </summary>
internal sealed class QueryMemory(CollectionReader reader, int users) : IDisposable
{
    private readonly QueryProbe? _probe = QueryProbe.Current;
    private readonly List<MemoryShare> _shares = [];

    /// <summary>What the operators did that were given a share.</summary>
    public IReadOnlyList<MemoryShare> Shares => _shares;

    /// <summary>What one operator may use, in bytes.</summary>
    public long ShareBytes => ShareOf(_probe?.BudgetBytes ?? reader.BudgetBytes, users);

    /// <summary>What one of several operators may use of a budget, in bytes.</summary>
    public static long ShareOf(long budgetBytes, int users) => budgetBytes / Math.Max(1, users);

    /// <summary>Gives an operator its share.</summary>
    public MemoryShare Open(string user)
    {
        var share = new MemoryShare(user, ShareBytes, reader.OpenTemporary, _probe);
        _shares.Add(share);
        return share;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var share in _shares)
        {
            share.Dispose();
        }
    }
}

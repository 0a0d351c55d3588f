using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// The memory of one execution of a query: a grant, taken when the first operator asks, that its operators share; and
/// the temporary pages where they put aside what goes beyond it. Disposing it, at the end of the execution, gives back
/// both. Not thread-safe.
/// </summary>
/// <param name="reader">What the query reads.</param>
/// <param name="operators">Operators that share.</param>
internal sealed class QueryMemory(CollectionReader reader, int operators) : IDisposable
{
    private readonly QueryProbe? _probe = QueryProbe.Current;
    private readonly List<MemoryShare> _shares = [];
    // In a transaction the keys of all documents are collected first.
    private readonly int _users = Math.Max(1, operators + (reader.IsInTransaction ? 1 : 0));
    private WorkGrant? _grant;

    /// <summary>What the operators did that were given a share.</summary>
    public IReadOnlyList<MemoryShare> Shares => _shares;

    /// <summary>Most that one operator gets, when nothing else runs, in bytes.</summary>
    public long LargestShareBytes => (_probe?.BudgetBytes ?? reader.BudgetBytes) / _users;

    /// <summary>Gives an operator its share.</summary>
    public MemoryShare Open(string user)
    {
        _grant ??= reader.TakeWork();
        var bytes = (_probe?.BudgetBytes ?? _grant.Bytes) / _users;
        var share = new MemoryShare(user, bytes, reader.OpenTemporary, _probe);
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

        _grant?.Dispose();
        _grant = null;
    }
}

namespace Abc.VMem.Db.Transactions;

/// <summary>Savepoints.</summary>
internal sealed partial class Transaction
{
    private int _savepointMark;

    /// <inheritdoc/>
    internal override int SavepointMark => _savepointMark;

    /// <inheritdoc/>
    internal override int BeginSavepoint()
    {
        ThrowUnlessUsable();
        _savepointMark++;
        return _engine.Pool.BeginSavepoint(PageCount);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The savepoint is over.</exception>
    internal override void RollBackTo(int savepoint)
    {
        if (IsClosed)
        {
            throw Closed();
        }

        try
        {
            _engine.ThrowIfFailed();
            _engine.Pool.RollBackTo(savepoint);
        }
        catch (Exception e) when (e is not ArgumentException)
        {
            Doom(e);
            throw;
        }

        ForgetWhatWasRead();
    }

    /// <inheritdoc/>
    internal override void ReleaseSavepoint(int savepoint) => _engine.Pool.ReleaseSavepoint(savepoint);

    // What statements left in memory, enumerations included, is about pages that are no more.
    private void ForgetWhatWasRead()
    {
        (_doom, _pageCount, Memory) = (null, 0, null);
        (_changeCount, _savepointMark) = (_changeCount + 1, _savepointMark + 1);
        foreach (var walk in Walks ?? [])
        {
            walk.IsBroken = true;
        }
    }
}

namespace Abc.VMem.Db.Transactions;

/// <summary>Savepoints, each with the pool's page count then; a stack.</summary>
internal sealed partial class Transaction
{
    private readonly List<(int Number, long PageCount)> _savepoints = [];

    private int _savepointMark;

    /// <inheritdoc/>
    internal override int SavepointMark => _savepointMark;

    /// <inheritdoc/>
    internal override int BeginSavepoint()
    {
        ThrowUnlessUsable();
        _savepointMark++;
        var number = _engine.Pool.BeginSavepoint(PageCount);
        _savepoints.Add((number, PageCount));
        return number;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The savepoint is over.</exception>
    internal override void RollBackTo(int savepoint)
    {
        if (IsClosed)
        {
            throw Closed();
        }

        var index = IndexOf(savepoint);
        try
        {
            _engine.ThrowIfFailed();
            _engine.Pool.RollBackTo(savepoint, _savepoints[index].PageCount);
        }
        catch (Exception e)
        {
            Doom(e);
            throw;
        }

        _savepoints.RemoveRange(index + 1, _savepoints.Count - index - 1);
        ForgetWhatWasRead();
    }

    /// <inheritdoc/>
    internal override void ReleaseSavepoint(int savepoint)
    {
        var index = IndexOf(savepoint);
        _savepoints.RemoveRange(index, _savepoints.Count - index);
        var (number, pageCount) = _savepoints.Count == 0 ? default : _savepoints[^1];
        _engine.Pool.ContinueSavepoint(number, pageCount);
    }

    private int IndexOf(int savepoint)
    {
        var index = _savepoints.FindIndex(saved => saved.Number == savepoint);
        return index >= 0
            ? index
            : throw new ArgumentException(
                "The savepoint is over: the transaction was rolled back to an earlier one.", nameof(savepoint));
    }

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

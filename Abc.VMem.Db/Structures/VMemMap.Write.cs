using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Changing a map.</summary>
public sealed partial class VMemMap
{
    /// <summary>Adds or replaces an entry; true when one was replaced.</summary>
    /// <exception cref="LimitExceededException">The key or value is too long; nothing was changed.</exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public bool Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        BTree.CheckLimits(key.Length, value.Length);
        var pages = _scope.EnterWrite();
        try
        {
            bool existed = BTree.Put(pages, Locator.FindOrCreate(pages), key, value);
            _scope.ExitWrite(pages);
            return existed;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>Adds an entry; false, and no change, when the key is there.</summary>
    /// <exception cref="LimitExceededException">The key or value is too long; nothing was changed.</exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public bool Insert(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        BTree.CheckLimits(key.Length, value.Length);
        var pages = _scope.EnterWrite();
        try
        {
            bool inserted = BTree.Insert(pages, Locator.FindOrCreate(pages), key, value);
            _scope.ExitWrite(pages);
            return inserted;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>Removes an entry; false when it was not there.</summary>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        var pages = _scope.EnterWrite();
        try
        {
            bool removed = Locator.TryFind(pages, out var state) && BTree.Remove(pages, state, key);
            _scope.ExitWrite(pages);
            return removed;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>Removes all entries. Cheap: whole levels of pages go back at once.</summary>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public void Clear()
    {
        var pages = _scope.EnterWrite();
        try
        {
            if (Locator.TryFind(pages, out var state))
            {
                BTree.Clear(pages, state);
            }

            _scope.ExitWrite(pages);
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }
}

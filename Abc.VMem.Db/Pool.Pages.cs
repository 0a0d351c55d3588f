using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Paging;

/// <summary>Pages of a program, outside of a transaction.</summary>
public sealed partial class Pool
{
    /// <summary>Allocates a page of zeros for the program's own use, in a transaction of its own.</summary>
    /// <returns>Its position.</returns>
    public PagePos Allocate()
    {
        using var transaction = BeginTransaction();
        PagePos position;
        using (var page = transaction.Allocate())
        {
            position = page.Position;
        }

        transaction.Commit();
        return position;
    }

    /// <summary>Gives a page back that was allocated, in a transaction of its own.</summary>
    /// <exception cref="InvalidOperationException">It is free already, or belongs to a structure.</exception>
    public void Free(PagePos position)
    {
        using var transaction = BeginTransaction();
        transaction.Free(position);
        transaction.Commit();
    }

    /// <summary>Pins a page to read it as it is now, whatever is written meanwhile.</summary>
    /// <param name="address">What the pointer points to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page, or the page no such byte.</exception>
    public PagePtr Read(PageAddress address)
    {
        var snapshot = _engine.BeginSnapshot();
        try
        {
            return ProgramPages.Read(snapshot, address, new SharedSnapshot(snapshot));
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    /// <summary>Pins a page to read its payload as it is now.</summary>
    /// <inheritdoc cref="Read(PageAddress)" path="/exception"/>
    public PagePtr Read(PagePos position) => Read(ProgramPages.PayloadOf(position));

    /// <summary>Changes a value in a page, in a transaction of its own.</summary>
    /// <typeparam name="T">A type without references. Give it a fixed layout: its bytes are what is stored.</typeparam>
    /// <param name="address">Where it lies.</param>
    /// <param name="value">The new value.</param>
    /// <exception cref="ArgumentException">The page is none of the program's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page, or the page no such byte.</exception>
    public void Write<T>(PageAddress address, in T value)
        where T : unmanaged
    {
        using var transaction = BeginTransaction();
        using (var page = transaction.Write(address))
        {
            page.Write<T>() = value;
        }

        transaction.Commit();
    }
}

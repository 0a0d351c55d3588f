using System.Buffers.Binary;
using Abc.VMem.Db.Linq.Spilling;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Keys of documents that a query collects before it fetches: first all are added, then they are walked, in an order of
/// their own or in that in which they came. Beyond the budget they are put aside. Not thread-safe.
/// </summary>
internal sealed class KeySorter(MemoryShare share)
{
    private readonly RunSorter _sorter = share.Sorter();
    private SortedItems? _items;

    /// <summary>Keys added.</summary>
    public long Count => _sorter.Count;

    /// <summary>The current key; valid until the next move.</summary>
    public ReadOnlySpan<byte> Current => _items!.Current.Payload;

    /// <summary>Adds a key at its place in an order.</summary>
    public void Add(ReadOnlySpan<byte> sortKey, ReadOnlySpan<byte> primaryKey) => _sorter.Add(sortKey, primaryKey);

    /// <summary>Adds a key behind those that are there.</summary>
    public void Append(ReadOnlySpan<byte> primaryKey)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(place, _sorter.Count);
        _sorter.Add(place, primaryKey);
    }

    /// <summary>Ends the adding.</summary>
    public void Open()
    {
        share.Hold(share.BudgetBytes);
        _items = _sorter.Open();
        share.Note(_sorter);
    }

    /// <summary>Moves to the next key; false at the end.</summary>
    public bool MoveNext() => _items!.MoveNext();
}

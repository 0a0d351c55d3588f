using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Spilling;

/// <remarks>
/// Entries have the key {group, ordinal}, two big-endian numbers. Ordinal 0 is the group's key; elements count on from
/// 1 over all groups, so that they stay in the order in which they came.
/// </remarks>
internal sealed partial class SpillLookup<TKey, TElement>
{
    private const int EntryBytes = 2 * sizeof(long);

    private readonly byte[] _entry = new byte[EntryBytes];
    private RunSorter? _sorter;
    private PageAddress _map;
    private long _lastOrdinal;

    /// <summary>The elements of a group that was put aside.</summary>
    public IEnumerable<TElement> Stored(long number)
    {
        using var scan = Open(number, 1);
        while (scan.MoveNext())
        {
            yield return _elements.Load(scan.Value);
        }
    }

    /// <summary>Their number.</summary>
    public long CountStored(long number) =>
        BTree.CountRange(_share.Pages, _map, EntryOf(number, 1), EntryOf(number + 1, 0));

    private void StoreGroups()
    {
        var groups = _groups!;
        _groups = null;
        _sorter = _share.Sorter(Parts);
        for (var number = 0; number < groups.Count; number++)
        {
            AddEntry(number, 0, _keys.Store(groups[number].Key));
            foreach (var element in groups[number])
            {
                AddEntry(number, ++_lastOrdinal, _elements.Store(element));
            }
        }

        _groupBytes = 0;
        _share.Hold((_share.BudgetBytes / Parts) + _numbers.HeldBytes);
    }

    private void Store(TKey key, long number, bool isNew, TElement element)
    {
        if (isNew)
        {
            AddEntry(number, 0, _keys.Store(key));
        }

        AddEntry(number, ++_lastOrdinal, _elements.Store(element));
    }

    private void AddEntry(long number, long ordinal, ReadOnlySpan<byte> value)
    {
        Write(_entry, number, ordinal);
        _sorter!.Add(_entry, value);
    }

    private void CompleteMap()
    {
        _map = SpilledMap.Create(_share.Pages);
        var builder = new MapBuilder(_share.Pages, _map);
        var sorted = _sorter!.Open();
        while (sorted.MoveNext())
        {
            builder.Append(sorted.Current.Key, sorted.Current.Payload);
        }

        builder.Complete();
        _share.Note(_sorter);
        _sorter = null;
        _share.Hold(_numbers.HeldBytes);
    }

    private IEnumerable<IGrouping<TKey, TElement>> StoredGroups()
    {
        using var scan = new MapScan(_share.Pages, _map, null, null, descending: false);
        for (var number = 0L; scan.MoveNext(); number++)
        {
            yield return HandOut(_keys.Load(scan.Value), number);
            scan.SeekTo(EntryOf(number + 1, 0));
        }
    }

    private MapScan Open(long number, long ordinal) => new(
        _share.Pages, _map, EntryOf(number, ordinal), EntryOf(number + 1, 0), descending: false);

    private static byte[] EntryOf(long number, long ordinal)
    {
        var entry = new byte[EntryBytes];
        Write(entry, number, ordinal);
        return entry;
    }

    private static void Write(Span<byte> entry, long number, long ordinal)
    {
        BinaryPrimitives.WriteInt64BigEndian(entry, number);
        BinaryPrimitives.WriteInt64BigEndian(entry[sizeof(long)..], ordinal);
    }
}

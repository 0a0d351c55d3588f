using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Numbers distinct keys in the order of their first appearance, with the equality that the query asks for. The first
/// ones are held in memory; once these use up their part of the budget, further ones go to a map in temporary pages:
/// hash and place among equal hashes → number and key. Not thread-safe.
/// </summary>
internal sealed class KeyNumbers<TKey>
{
    /// <summary>What an entry of the dictionary takes besides the key, in bytes.</summary>
    private const int EntryBytes = 48;

    private readonly MemoryShare _share;
    private readonly int _parts;
    private readonly RowStore<TKey> _store;
    private readonly KeyBoxComparer<TKey> _comparer;
    private readonly Dictionary<KeyBox<TKey>, long> _numbers;
    private readonly byte[] _entry = new byte[sizeof(int) + sizeof(uint)];
    private readonly ValueBuffer _value = new();
    private PageAddress? _map;

    /// <summary>Starts empty.</summary>
    /// <param name="share">Memory and pages.</param>
    /// <param name="parts">Users of the share, of which this is one.</param>
    /// <param name="store">Encodes keys.</param>
    /// <param name="comparer">Tells whether keys are equal; null = the default comparer.</param>
    public KeyNumbers(MemoryShare share, int parts, RowStore<TKey> store, IEqualityComparer<TKey>? comparer)
    {
        (_share, _parts, _store) = (share, parts, store);
        _comparer = new(comparer);
        _numbers = new(_comparer);
    }

    /// <summary>Number of the next new key.</summary>
    public long Next { get; private set; }

    /// <summary>Memory held, in bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Whether keys in memory are all that there are.</summary>
    public bool IsInMemory => _map is null;

    /// <summary>The number of a key; adds it when it is new.</summary>
    public long Add(TKey key, out bool isNew)
    {
        var number = Find(key);
        isNew = number < 0;
        if (isNew)
        {
            number = Next++;
            Put(key, number);
        }

        return number;
    }

    /// <summary>The number of a key; -1 when it is not there.</summary>
    public long Find(TKey key) =>
        _numbers.TryGetValue(new(key), out var number) ? number : FindStored(key);

    /// <summary>Takes a key out; false when it is not there.</summary>
    public bool Remove(TKey key)
    {
        if (_numbers.Remove(new(key)))
        {
            return true;
        }

        // An empty value keeps the place, so that equal hashes behind it are still found.
        return FindStored(key) >= 0 && BTree.Put(_share.Pages, _map!.Value, _entry, []);
    }

    private void Put(TKey key, long number)
    {
        if (_map is null)
        {
            var bytes = EntryBytes + _store.Measure(key);
            if (!_share.IsBeyond(HeldBytes + bytes, _parts))
            {
                HeldBytes += bytes;
                _numbers.Add(new(key), number);
                return;
            }

            _map = SpilledMap.Create(_share.Pages);
            FindStored(key);
        }

        // Where the search for the key ended.
        var stored = _store.Store(key);
        var value = _value.Reset(sizeof(long) + stored.Length);
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        stored.CopyTo(value[sizeof(long)..]);
        BTree.Insert(_share.Pages, _map.Value, _entry, value);
    }

    /// <summary>The number of a key in the map, whose entry then stands in the buffer; -1 when there is none.</summary>
    private long FindStored(TKey key)
    {
        if (_map is not { } map)
        {
            return -1;
        }

        BinaryPrimitives.WriteInt32BigEndian(_entry, _comparer.GetHashCode(new(key)));
        for (var place = 0u; ; place++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_entry.AsSpan(sizeof(int)), place);
            if (!TryRead(map))
            {
                return -1;
            }

            // The pages are left before the comparer, which may be the application's, is called.
            if (_value.Length > 0 && _comparer.Equals(new(_store.Load(_value.Span[sizeof(long)..])), new(key)))
            {
                return BinaryPrimitives.ReadInt64LittleEndian(_value.Span);
            }
        }
    }

    private bool TryRead(PageAddress map)
    {
        var value = _value;
        return BTree.TryGet(
            _share.Pages, map, _entry, ref value,
            static (ReadOnlySpan<byte> found, ref ValueBuffer target) => found.CopyTo(target.Reset(found.Length)));
    }
}

using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Indexes;

/// <summary>
/// Collects the entries of many documents for one index, then puts them into it in order. A sorted item is an entry; it
/// is marked when one of its parts is null, and the length of its parts comes along where the index is unique.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="sorter">Sorts the entries.</param>
/// <param name="watch">Is told what was found and written.</param>
internal sealed class EntryLoad(IndexDefinition index, RunSorter sorter, LoadWatch watch)
{
    /// <summary>Entries taken.</summary>
    public long Count => sorter.Count;

    /// <summary>Takes entries, in any order.</summary>
    public void Add(EntrySet entries)
    {
        Span<byte> partsLength = stackalloc byte[sizeof(ushort)];
        for (var i = 0; i < entries.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(partsLength, (ushort)entries.Parts(i).Length);
            sorter.Add(entries[i], index.IsUnique ? partsLength : default, entries.HasNull(i));
        }

        watch.Found(entries.Count);
    }

    /// <summary>Gives memory back before others need it; all entries were taken.</summary>
    public void Settle() => sorter.Settle();

    /// <summary>Puts them into the map.</summary>
    /// <param name="pages">The transaction; a failure leaves changes behind.</param>
    /// <param name="map">Where the state of the index's map is.</param>
    /// <param name="collection">Name of the collection, for errors.</param>
    /// <exception cref="DuplicateKeyException">The index is unique, and a value is taken.</exception>
    public void Store(PageWriter pages, PageAddress map, string collection)
    {
        if (sorter.Count == 0)
        {
            return;
        }

        var stored = index.At(map);
        var loader = new MapLoader(pages, map);
        var guard = index.IsUnique ? new UniqueGuard(pages, collection, stored) : null;
        var items = sorter.Open(watch.Step);
        while (items.MoveNext())
        {
            var item = items.Current;
            guard?.Check(item, loader.IsAppending);
            if (loader.Store(item.Key, [], isReference: false, replaces: false))
            {
                throw new CorruptDatabaseException(
                    $"index '{index.Name}'", -1, "entries that agree with the documents", "an entry too many");
            }

            watch.Wrote();
        }

        loader.Complete();
    }

    /// <summary>Refuses values that are there, or come twice.</summary>
    private sealed class UniqueGuard(PageReader pages, string collection, IndexDefinition index)
    {
        private readonly byte[] _last = new byte[BTree.MaxKeyBytes];
        private int _lastLength = -1;

        /// <summary>Checks the next entry before it is stored.</summary>
        /// <param name="item">The entry.</param>
        /// <param name="isAppending">Whether the one before is the last of the map: then only it can be equal.</param>
        public void Check(in SortItem item, bool isAppending)
        {
            if (item.IsMarked)
            {
                return;
            }

            var parts = item.Key[..BinaryPrimitives.ReadUInt16LittleEndian(item.Payload)];
            if (parts.SequenceEqual(_last.AsSpan(0, Math.Max(_lastLength, 0))) && _lastLength >= 0)
            {
                throw UniqueProbe.Duplicate(collection, index, parts);
            }

            if (!isAppending && UniqueProbe.IsTaken(pages, index, parts, removed: null))
            {
                throw UniqueProbe.Duplicate(collection, index, parts);
            }

            parts.CopyTo(_last);
            _lastLength = parts.Length;
        }
    }
}

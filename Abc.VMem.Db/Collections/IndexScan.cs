using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>Walks entries of an index in their order; spans are valid until the next move.</summary>
internal sealed class IndexScan : IDisposable
{
    private readonly CollectionReader _reader;
    private readonly IndexDefinition _index;
    private readonly MapScan? _scan;
    private int _partsLength = -1;

    /// <summary>Walks a map of entries; null = none.</summary>
    internal IndexScan(CollectionReader reader, IndexDefinition index, MapScan? scan) =>
        (_reader, _index, _scan) = (reader, index, scan);

    /// <summary>The whole entry: parts, then primary key.</summary>
    public ReadOnlySpan<byte> Entry => _scan!.Key;

    /// <summary>The encoded parts.</summary>
    /// <exception cref="CorruptDatabaseException">The entry does not hold them.</exception>
    public ReadOnlySpan<byte> Parts => Entry[..PartsLength];

    /// <summary>The encoded primary key.</summary>
    /// <exception cref="CorruptDatabaseException">The entry does not hold its parts.</exception>
    public ReadOnlySpan<byte> PrimaryKey => Entry[PartsLength..];

    private int PartsLength => _partsLength >= 0 ? _partsLength : _partsLength = EntryParts.Measure(_index, Entry);

    /// <summary>Moves on; false at the end.</summary>
    public bool MoveNext()
    {
        _partsLength = -1;
        if (_scan is null || !_scan.MoveNext())
        {
            return false;
        }

        _reader.CountIndexEntry();
        return true;
    }

    /// <summary>Jumps forward: the next move goes to the first entry ≥ the given one (descending: ≤).</summary>
    public void SeekTo(ReadOnlySpan<byte> entry) => _scan?.SeekTo(entry);

    /// <summary>Ends the walk.</summary>
    public void Dispose() => _scan?.Dispose();
}

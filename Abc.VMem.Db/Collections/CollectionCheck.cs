using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Checks one collection: each document makes its entries again, and each must be in its index; since an index then has
/// as many entries as were made, it has no others.
/// </summary>
internal sealed class CollectionCheck
{
    private const int ReportEvery = 1024;

    private readonly DatabaseCheck _check;
    private readonly PageReader _pages;
    private readonly CollectionDefinition _definition;
    private readonly string _structure;
    private readonly EntryExtractor[] _extractors;
    private readonly long[] _made;
    private readonly EntrySet _entries = new();
    private readonly ValueBuffer _document = new();

    /// <summary>Prepares a check.</summary>
    public CollectionCheck(DatabaseCheck check, PageReader pages, CollectionDefinition definition)
    {
        (_check, _pages, _definition) = (check, pages, definition);
        _structure = $"collection '{definition.Name}'";
        _extractors = [.. definition.Indexes.Select(index => EntryExtractor.Bind(index, definition.Schema, null))];
        _made = new long[_extractors.Length];
    }

    /// <summary>Documents checked.</summary>
    public long Documents { get; private set; }

    /// <summary>Index entries checked.</summary>
    public long IndexEntries => _made.Sum();

    /// <summary>Checks the collection.</summary>
    public void Run()
    {
        _check.TakeSlot(_definition.Documents, _structure);
        _check.TakeSlot(_definition.Identity, _structure);
        var count = _check.CheckMap(_definition.Documents, _structure);
        var indexed = _definition.Indexes.Select(CheckIndexMap).ToArray();
        CheckDocuments();
        if (Documents != count)
        {
            throw DatabaseCheck.Damage(_structure, $"{count} documents", $"{Documents}");
        }

        for (var i = 0; i < indexed.Length; i++)
        {
            if (indexed[i] != _made[i])
            {
                throw DatabaseCheck.Damage(StructureOf(i), $"{_made[i]} entries for the documents", $"{indexed[i]}");
            }
        }
    }

    private long CheckIndexMap(IndexDefinition index)
    {
        var structure = $"index '{index.Name}' of {_structure}";
        _check.TakeSlot(index.State, structure);
        return _check.CheckMap(index.State, structure);
    }

    private void CheckDocuments()
    {
        var highWater = IdentitySlot.Read(_pages, _definition.Identity);
        using var scan = new MapScan(_pages, _definition.Documents, null, null, descending: false);
        while (scan.MoveNext())
        {
            if (Documents++ % ReportEvery == 0)
            {
                _check.Advance(_structure, Documents);
            }

            CheckKey(scan.Key, highWater);
            DocumentEnvelope.Read(scan.Value, _document);
            DocumentArray.CheckWhole(_document.Span);
            CheckEntries(scan.Key);
        }
    }

    private void CheckKey(ReadOnlySpan<byte> key, long highWater)
    {
        var value = _definition.KeyCodec.DecodeObject(key, out var consumed);
        if (consumed != key.Length)
        {
            throw DatabaseCheck.Damage(_structure, $"a key of {consumed} bytes", $"{key.Length} bytes");
        }

        var number = value switch { int small => small, long large => large, _ => 0 };
        if (number > highWater && highWater > 0)
        {
            throw DatabaseCheck.Damage(_structure, $"numbers up to the mark {highWater}", $"{number}");
        }
    }

    private void CheckEntries(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _extractors.Length; i++)
        {
            _entries.Clear();
            _made[i] += _extractors[i].Extract(_document.Span, key, _entries);
            for (var j = 0; j < _entries.Count; j++)
            {
                if (!BTree.Contains(_pages, _definition.Indexes[i].State, _entries[j]))
                {
                    throw DatabaseCheck.Damage(
                        StructureOf(i), $"an entry {Convert.ToHexString(_entries[j])}", "none");
                }
            }
        }
    }

    private string StructureOf(int index) => $"index '{_definition.Indexes[index].Name}' of {_structure}";
}

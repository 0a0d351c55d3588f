using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Repairs one collection whose map of documents is repaired already: drops what is no document, raises the mark of
/// assigned keys, and builds anew each index that does not hold, or does not fit the documents that are left.
/// </summary>
internal sealed class CollectionRepair
{
    // Documents between two commits, at most.
    private const int PartDocuments = 32;

    private readonly RepairContext _context;
    private readonly CollectionDefinition _definition;
    private readonly PageOwner _owner;
    private readonly EntryExtractor[] _extractors;
    private readonly bool[] _isRight;
    private readonly long[] _made;
    private readonly EntrySet _entries = new();
    private readonly ValueBuffer _document = new();
    private readonly List<byte[]> _dropped = [];
    private long _highest;

    /// <summary>Prepares a repair.</summary>
    /// <param name="context">What the parts share.</param>
    /// <param name="definition">The collection.</param>
    /// <param name="owner">Owner of the documents' pages.</param>
    /// <param name="isRight">For each index, whether its map holds; others are empty.</param>
    public CollectionRepair(
        RepairContext context, CollectionDefinition definition, PageOwner owner, bool[] isRight)
    {
        (_context, _definition, _owner, _isRight) = (context, definition, owner, isRight);
        _extractors = [.. definition.Indexes.Select(index => EntryExtractor.Bind(index, definition.Schema, null))];
        _made = new long[_extractors.Length];
    }

    /// <summary>Repairs it.</summary>
    /// <param name="maps">Empties the indexes that are built anew.</param>
    public void Run(MapRepair maps)
    {
        Visit(CheckDocument);
        DropDocuments();
        IdentitySlot.Raise(_context.Pages, _definition.Identity, _highest);
        for (var i = 0; i < _extractors.Length; i++)
        {
            if (!_isRight[i] || _made[i] != BTree.Count(_context.Pages, _definition.Indexes[i].State))
            {
                Rebuild(i, maps);
            }
        }
    }

    private void CheckDocument(ReadOnlySpan<byte> key, Func<ReadOnlySpan<byte>> value)
    {
        if (!TryMakeEntries(key, value))
        {
            _dropped.Add(key.ToArray());
        }
    }

    // Also counts the entries, and looks them up in the indexes that seem right.
    private bool TryMakeEntries(ReadOnlySpan<byte> key, Func<ReadOnlySpan<byte>> value)
    {
        try
        {
            var number = _definition.KeyCodec.DecodeObject(key, out var consumed)
                switch
            { int small => small, long large => large, _ => 0 };
            DocumentEnvelope.Read(value(), _document);
            Serialization.DocumentArray.CheckWhole(_document.Span);
            if (consumed != key.Length)
            {
                return false;
            }

            foreach (var extractor in _extractors)
            {
                _entries.Clear();
                extractor.Extract(_document.Span, key, _entries);
            }

            _highest = Math.Max(_highest, number);
        }
        catch (VMemDbException damage) when (damage
            is CorruptDatabaseException or DocumentException or LimitExceededException)
        {
            // No document, or one that its indexes would have refused.
            return false;
        }

        for (var i = 0; i < _extractors.Length; i++)
        {
            Compare(i, key);
        }

        return true;
    }

    private void Compare(int index, ReadOnlySpan<byte> key)
    {
        _entries.Clear();
        _made[index] += _extractors[index].Extract(_document.Span, key, _entries);
        for (var j = 0; _isRight[index] && j < _entries.Count; j++)
        {
            _isRight[index] = BTree.Contains(_context.Pages, _definition.Indexes[index].State, _entries[j]);
        }
    }

    private void DropDocuments()
    {
        foreach (var key in _dropped)
        {
            BTree.Remove(_context.Pages, _definition.Documents, key);
            var loss = _context.LossOf(_owner);
            loss.Items++;
            loss.AddKey(key);
            _context.Step(_owner.Name!);
        }

        _owner.Items -= _dropped.Count;
    }

    private void Rebuild(int index, MapRepair maps)
    {
        var definition = _definition.Indexes[index];
        var owner = _context.Owners.Begin(
            $"index '{definition.Name}' of {_owner.Name}", StateKind.Map, definition.State);
        maps.ClearState(owner);
        Visit((key, value) =>
        {
            DocumentEnvelope.Read(value(), _document);
            _entries.Clear();
            _extractors[index].Extract(_document.Span, key, _entries);
            for (var i = 0; i < _entries.Count; i++)
            {
                BTree.Insert(_context.Pages, definition.State, _entries[i], []);
            }
        });
        _context.LossOf(owner).AddNote("It was built anew from the documents.");
    }

    // In parts, so that transactions can end in between.
    private void Visit(DocumentVisitor visit)
    {
        byte[]? from = null;
        do
        {
            from = VisitPart(visit, from);
            _context.Step(_owner.Name!);
        }
        while (from is not null);
    }

    private byte[]? VisitPart(DocumentVisitor visit, byte[]? from)
    {
        using var scan = new MapScan(_context.Pages, _definition.Documents, from, null, descending: false);
        for (var count = 0; scan.MoveNext(); count++)
        {
            if (count == PartDocuments || (count > 0 && _context.IsPartFull))
            {
                return scan.Key.ToArray();
            }

            visit(scan.Key, () => scan.Value);
        }

        return null;
    }

    private delegate void DocumentVisitor(ReadOnlySpan<byte> key, Func<ReadOnlySpan<byte>> value);
}

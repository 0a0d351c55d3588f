using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Indexes;

/// <summary>Makes the entries of a document for one index, from the document's bytes. Immutable, thread-safe.</summary>
internal sealed class EntryExtractor
{
    private readonly PartReader[] _parts;

    // The one part that gives several values, or -1.
    private readonly int _multikey;

    [ThreadStatic]
    private static EntryBuffers? _free;

    private EntryExtractor(IndexDefinition index, PartReader[] parts)
    {
        (Index, _parts) = (index, parts);
        _multikey = Array.FindIndex(parts, part => part.IsMultikey);
    }

    /// <summary>The index.</summary>
    public IndexDefinition Index { get; }

    /// <summary>Binds an index to field tables.</summary>
    /// <param name="index">The index.</param>
    /// <param name="schema">Field tables of the documents.</param>
    /// <param name="documentType">The program's class of the documents; null = by the field tables alone.</param>
    /// <exception cref="DocumentException">The class stores a member in another way than the index does.</exception>
    public static EntryExtractor Bind(IndexDefinition index, DocumentSchema schema, Type? documentType) =>
        new(index, [.. index.Parts.Select(part => PartReader.Bind(index, part, schema, documentType))]);

    /// <summary>Appends the document's entries, distinct and sorted; returns how many.</summary>
    /// <exception cref="LimitExceededException">An entry is too long.</exception>
    /// <exception cref="DocumentException">A value can't be a part of the index.</exception>
    /// <exception cref="CorruptDatabaseException">The bytes are no document.</exception>
    public int Extract(ReadOnlySpan<byte> document, ReadOnlySpan<byte> primaryKey, EntrySet entries)
    {
        var start = entries.Count;
        var buffers = _free ?? new EntryBuffers();
        _free = null;
        if (_multikey < 0)
        {
            buffers.Entry.Clear();
            var hasNull = AppendScalars(document, 0, _parts.Length, buffers.Entry);
            Add(buffers.Entry.Span, primaryKey, hasNull, entries);
        }
        else
        {
            ExtractEach(document, primaryKey, buffers, entries);
            entries.SortDistinct(start);
        }

        buffers.Trim();
        _free = buffers;
        return entries.Count - start;
    }

    private static void Add(ReadOnlySpan<byte> parts, ReadOnlySpan<byte> primaryKey, bool hasNull, EntrySet entries)
    {
        if (parts.Length + primaryKey.Length > BTree.MaxKeyBytes)
        {
            throw new LimitExceededException(
                "bytes of an index entry, its values and the primary key",
                BTree.MaxKeyBytes,
                parts.Length + primaryKey.Length,
                "Use a shorter key, or index fewer members.");
        }

        entries.Add(parts, primaryKey, hasNull);
    }

    // The parts around the multikey one are encoded once; its values one after the other, to be joined with them.
    private void ExtractEach(
        ReadOnlySpan<byte> document, ReadOnlySpan<byte> primaryKey, EntryBuffers buffers, EntrySet entries)
    {
        buffers.Before.Clear();
        buffers.After.Clear();
        var hasNull = AppendScalars(document, 0, _multikey, buffers.Before);
        hasNull |= AppendScalars(document, _multikey + 1, _parts.Length, buffers.After);
        var walk = new Walk { Buffers = buffers, Entries = entries, PrimaryKey = primaryKey, HasNull = hasNull };
        _parts[_multikey].ReadEach(document, ref walk, static (isNull, ref walk) =>
        {
            var entry = walk.Buffers.Entry;
            entry.Clear();
            entry.Append(walk.Buffers.Before.Span);
            entry.Append(walk.Buffers.Value.Span);
            entry.Append(walk.Buffers.After.Span);
            Add(entry.Span, walk.PrimaryKey, walk.HasNull || isNull, walk.Entries);
        });
    }

    private bool AppendScalars(ReadOnlySpan<byte> document, int from, int to, KeyBuffer buffer)
    {
        var hasNull = false;
        for (var i = from; i < to; i++)
        {
            hasNull |= _parts[i].Append(document, buffer);
        }

        return hasNull;
    }

    /// <summary>What a walk over the values of a multikey part needs.</summary>
    internal ref struct Walk
    {
        /// <summary>The pieces of the entry.</summary>
        public EntryBuffers Buffers;

        /// <summary>Receives entries.</summary>
        public EntrySet Entries;

        /// <summary>The document's key.</summary>
        public ReadOnlySpan<byte> PrimaryKey;

        /// <summary>Whether another part is null.</summary>
        public bool HasNull;
    }

    /// <summary>The pieces of an entry; kept by the thread.</summary>
    internal sealed class EntryBuffers
    {
        /// <summary>The entry's parts.</summary>
        public KeyBuffer Entry { get; } = new();

        /// <summary>Parts before the multikey one.</summary>
        public KeyBuffer Before { get; } = new();

        /// <summary>The multikey part.</summary>
        public KeyBuffer Value { get; } = new();

        /// <summary>Parts after it.</summary>
        public KeyBuffer After { get; } = new();

        /// <summary>Drops what long values made them grow to.</summary>
        public void Trim()
        {
            Entry.Trim();
            Before.Trim();
            Value.Trim();
            After.Trim();
        }
    }
}

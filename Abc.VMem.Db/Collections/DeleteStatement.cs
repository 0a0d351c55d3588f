using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Deletes documents by encoded keys.</summary>
internal sealed class DeleteStatement<T> : Statement
{
    private readonly DocumentCollection<T> _collection;
    private readonly byte[] _key = [];
    private readonly KeySet? _keys;

    /// <summary>Deletes one.</summary>
    public DeleteStatement(DocumentCollection<T> collection, byte[] key) => (_collection, _key) = (collection, key);

    /// <summary>Deletes many; the set stays the caller's.</summary>
    public DeleteStatement(DocumentCollection<T> collection, KeySet keys) => (_collection, _keys) = (collection, keys);

    /// <summary>How many were there.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        var binding = _collection.Bind(pages);
        if (!binding.IsStored)
        {
            return;
        }

        var entries = new EntrySet[binding.Extractors.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new();
        }

        try
        {
            Delete(pages, binding, entries);
        }
        catch (Exception exception) when (Count > 0)
        {
            pages.Doom(exception);
            throw;
        }
    }

    private void Delete(PageWriter pages, CollectionBinding binding, EntrySet[] entries)
    {
        if (_keys is null)
        {
            Delete(pages, binding, _key, entries);
            return;
        }

        var keys = _keys.Open();
        while (keys.MoveNext())
        {
            Delete(pages, binding, keys.Current.Key, entries);
        }
    }

    private void Delete(PageWriter pages, CollectionBinding binding, ReadOnlySpan<byte> key, EntrySet[] entries)
    {
        using var buffers = WorkBuffers.Rent();
        if (!CollectionReader.TryFetch(pages, binding.Definition, key, buffers.Document))
        {
            return;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            entries[i].Clear();
            binding.Extractors[i].Extract(buffers.Document.Span, key, entries[i]);
        }

        CollectionStore.Delete(pages, binding.Definition, key, entries);
        Count++;
    }
}

using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Deletes documents by encoded keys.</summary>
internal sealed class DeleteStatement<T>(DocumentCollection<T> collection, IReadOnlyList<byte[]> keys) : Statement
{
    /// <summary>How many were there.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        var binding = collection.Bind(pages);
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
            foreach (var key in keys)
            {
                Count += Delete(pages, binding, key, entries) ? 1 : 0;
            }
        }
        catch (Exception exception) when (Count > 0)
        {
            pages.Doom(exception);
            throw;
        }
    }

    private static bool Delete(PageWriter pages, CollectionBinding binding, byte[] key, EntrySet[] entries)
    {
        using var buffers = WorkBuffers.Rent();
        if (!CollectionReader.TryFetch(pages, binding.Definition, key, buffers.Document))
        {
            return false;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            entries[i].Clear();
            binding.Extractors[i].Extract(buffers.Document.Span, key, entries[i]);
        }

        CollectionStore.Delete(pages, binding.Definition, key, entries);
        return true;
    }
}

using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Update or upsert of one document. It is encoded inside the writer's place, because the stored document takes part:
/// it gives the fields that the class does not know.
/// </summary>
internal sealed class ReplaceStatement<T>(DocumentCollection<T> collection, T document, bool isUpsert, WriteBatch batch)
    : Statement
{
    private InsertStatement<T>? _insert;

    /// <summary>Whether the document was there.</summary>
    public bool Existed { get; private set; }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        var keys = collection.Keys;
        var isNew = keys.Assignment != KeyAssignment.None && keys.IsDefault(document);
        var binding = collection.Bind(pages);
        if (!isNew)
        {
            keys.Encode(document, batch.Key);
            WriteBatch.CheckLimits(batch.Key.Length, 0);
            Existed = binding.IsStored && Replace(pages, binding);
        }

        if (!Existed && isUpsert)
        {
            batch.Clear();
            var source = Enumerable.Repeat(document, 1).GetEnumerator();
            _insert = new(collection, source, isInMemory: true, batch, LoadWatch.None);
            _insert.Execute(pages);
        }
    }

    /// <inheritdoc/>
    public override void Undo() => _insert?.Undo();

    private bool Replace(PageWriter pages, CollectionBinding binding)
    {
        using var buffers = WorkBuffers.Rent();
        if (!CollectionReader.TryFetch(pages, binding.Definition, batch.Key.Span, buffers.Document))
        {
            return false;
        }

        var stored = buffers.Document.Span;
        var before = new EntrySet[binding.Extractors.Length];
        for (var i = 0; i < before.Length; i++)
        {
            before[i] = new();
            binding.Extractors[i].Extract(stored, batch.Key.Span, before[i]);
        }

        collection.Serializer.Encode(document, binding.EncodingSchema, stored, batch.Document);
        batch.Add(binding.Extractors, isAssigned: false);
        batch.Sort();
        CollectionStore.Replace(pages, collection.Context.Catalog, binding, batch, before);
        return true;
    }
}

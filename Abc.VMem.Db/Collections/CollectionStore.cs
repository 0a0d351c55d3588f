using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Changes documents together with their index entries, on encoded bytes. Each change checks everything before it
/// touches a page; a failure after that dooms the transaction.
/// </summary>
internal static class CollectionStore
{
    /// <summary>Inserts a batch; stores the definition first when it is new or its field tables grew.</summary>
    /// <exception cref="DuplicateKeyException">A key, or a unique value, is taken; nothing was changed.</exception>
    public static void Insert(
        PageWriter pages, Catalog catalog, CollectionBinding binding, WriteBatch batch, long highestNumber)
    {
        if (batch.Sort() is var twice and >= 0)
        {
            throw Duplicate(binding, batch.KeyOf(twice));
        }

        if (binding.IsStored)
        {
            CheckKeys(pages, binding, batch);
            CheckUnique(pages, binding, batch);
        }

        try
        {
            var definition = EnsureStored(pages, catalog, binding);
            InsertDocuments(pages, definition, binding, batch);
            for (var i = 0; i < definition.Indexes.Count; i++)
            {
                InsertEntries(pages, definition.Indexes[i], batch.EntriesOf(i));
            }

            IdentitySlot.Raise(pages, definition.Identity, highestNumber);
        }
        catch (Exception exception) when (exception is not DuplicateKeyException)
        {
            pages.Doom(exception);
            throw;
        }
    }

    /// <summary>Replaces a stored document.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="catalog">The definitions.</param>
    /// <param name="binding">The collection, stored.</param>
    /// <param name="batch">The one new document.</param>
    /// <param name="before">Entries of the stored document, one sorted set for each index.</param>
    /// <exception cref="DuplicateKeyException">A unique value is taken; nothing was changed.</exception>
    public static void Replace(
        PageWriter pages, Catalog catalog, CollectionBinding binding, WriteBatch batch, IReadOnlyList<EntrySet> before)
    {
        var indexes = binding.Definition.Indexes;
        for (var i = 0; i < indexes.Count; i++)
        {
            if (indexes[i].IsUnique)
            {
                UniqueProbe.Check(pages, binding.Definition.Name, indexes[i], batch.EntriesOf(i), before[i]);
            }
        }

        try
        {
            var definition = EnsureStored(pages, catalog, binding);
            BTree.Put(pages, definition.Documents, batch.KeyOf(0), batch.ValueOf(0));
            for (var i = 0; i < indexes.Count; i++)
            {
                ReplaceEntries(pages, definition.Indexes[i], before[i], batch.EntriesOf(i));
            }
        }
        catch (Exception exception)
        {
            pages.Doom(exception);
            throw;
        }
    }

    /// <summary>Deletes a stored document.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="definition">The collection.</param>
    /// <param name="key">Its encoded key.</param>
    /// <param name="entries">Its entries, one set for each index.</param>
    public static void Delete(
        PageWriter pages, CollectionDefinition definition, ReadOnlySpan<byte> key, IReadOnlyList<EntrySet> entries)
    {
        try
        {
            BTree.Remove(pages, definition.Documents, key);
            for (var i = 0; i < definition.Indexes.Count; i++)
            {
                for (var j = 0; j < entries[i].Count; j++)
                {
                    Require(BTree.Remove(pages, definition.Indexes[i].State, entries[i][j]), definition.Indexes[i]);
                }
            }
        }
        catch (Exception exception)
        {
            pages.Doom(exception);
            throw;
        }
    }

    /// <summary>The error of a key that is taken.</summary>
    public static DuplicateKeyException Duplicate(CollectionBinding binding, ReadOnlySpan<byte> key) =>
        new(binding.Definition.Name, null, binding.Definition.KeyCodec.DecodeObject(key, out _));

    /// <summary>Stores the definition when it is new or its field tables grew.</summary>
    public static CollectionDefinition EnsureStored(PageWriter pages, Catalog catalog, CollectionBinding binding)
    {
        var definition = binding.Definition;
        if (!binding.IsStored)
        {
            return catalog.CreateCollection(
                pages, definition.Name, definition.KeyPath, definition.KeyCodec, binding.EncodingSchema);
        }

        return binding.ExtendsSchema
            ? catalog.Store(pages, definition.With(schema: binding.EncodingSchema))
            : definition;
    }

    // One document alone needs no look before: its insert is the first change, and changes nothing when the key is
    // there.
    private static bool IsInsertTheCheck(CollectionBinding binding, WriteBatch batch) =>
        batch.Count == 1 && binding.IsStored && !binding.ExtendsSchema;

    private static void CheckKeys(PageReader pages, CollectionBinding binding, WriteBatch batch)
    {
        if (IsInsertTheCheck(binding, batch))
        {
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (!batch.IsAssigned(i) && BTree.Contains(pages, binding.Definition.Documents, batch.KeyOf(i)))
            {
                throw Duplicate(binding, batch.KeyOf(i));
            }
        }
    }

    private static void CheckUnique(PageReader pages, CollectionBinding binding, WriteBatch batch)
    {
        var indexes = binding.Definition.Indexes;
        for (var i = 0; i < indexes.Count; i++)
        {
            if (indexes[i].IsUnique)
            {
                UniqueProbe.Check(pages, binding.Definition.Name, indexes[i], batch.EntriesOf(i), removed: null);
            }
        }
    }

    private static void InsertDocuments(
        PageWriter pages, CollectionDefinition definition, CollectionBinding binding, WriteBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (BTree.Insert(pages, definition.Documents, batch.KeyOf(i), batch.ValueOf(i)))
            {
                continue;
            }

            throw IsInsertTheCheck(binding, batch)
                ? Duplicate(binding, batch.KeyOf(i))
                : new InvalidOperationException("A key appeared between its check and its insert.");
        }
    }

    private static void InsertEntries(PageWriter pages, IndexDefinition index, EntrySet entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            Require(BTree.Insert(pages, index.State, entries[i], []), index);
        }
    }

    private static void ReplaceEntries(PageWriter pages, IndexDefinition index, EntrySet before, EntrySet after)
    {
        for (var i = 0; i < before.Count; i++)
        {
            if (!after.Contains(before[i]))
            {
                Require(BTree.Remove(pages, index.State, before[i]), index);
            }
        }

        for (var i = 0; i < after.Count; i++)
        {
            if (!before.Contains(after[i]))
            {
                Require(BTree.Insert(pages, index.State, after[i], []), index);
            }
        }
    }

    private static void Require(bool holds, IndexDefinition index)
    {
        if (!holds)
        {
            throw new CorruptDatabaseException(
                $"index '{index.Name}'", -1, "entries that agree with the documents", "an entry missing or too many");
        }
    }
}

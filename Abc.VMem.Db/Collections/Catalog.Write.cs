using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Changes of definitions. The caller has checked everything before and dooms the transaction when one fails.
/// </summary>
internal sealed partial class Catalog
{
    private const int ChangesPerTransaction = 1 << 16;

    // Touched by the one writer only.
    private long _stampSequence;
    private long _stampOrdinal;

    /// <summary>Defines a new, empty collection; returns it with its slots.</summary>
    public CollectionDefinition CreateCollection(
        PageWriter pages, string name, FieldPath? keyPath, KeyCodec keyCodec, DocumentSchema schema)
    {
        EnsureCatalog(pages);
        return Store(pages, new CollectionDefinition
        {
            Name = name,
            Version = 0,
            KeyPath = keyPath,
            KeyCodec = keyCodec,
            Schema = schema,
            Indexes = [],
            Documents = StateSlots.Allocate(pages),
            Identity = StateSlots.Allocate(pages),
        });
    }

    /// <summary>Stores a changed definition; returns it with its new version.</summary>
    public CollectionDefinition Store(PageWriter pages, CollectionDefinition definition)
    {
        var stamp = NextStamp(pages);
        var stored = definition.With(version: stamp);
        var key = KeyOf(CatalogKind.Collection, stored.Name);
        BTree.Put(pages, StartPageLayout.MapAddress, key, CatalogEntry.Encode(stored));
        Publish(pages, stamp, CatalogKind.Collection, stored.Name, stored);
        return stored;
    }

    /// <summary>
    /// Adds an empty index; returns the collection's new definition. The entries are the caller's business.
    /// </summary>
    public CollectionDefinition AddIndex(PageWriter pages, CollectionDefinition definition, IndexDefinition index)
    {
        var placed = index.At(StateSlots.Allocate(pages));
        var indexes = definition.Indexes.Append(placed).OrderBy(other => other.Name, StringComparer.Ordinal);
        return Store(pages, definition.With(indexes: [.. indexes]));
    }

    /// <summary>Removes an index with its pages.</summary>
    public CollectionDefinition DropIndex(PageWriter pages, CollectionDefinition definition, IndexDefinition index)
    {
        Release(pages, index.State);
        return Store(pages, definition.With(indexes: [.. definition.Indexes.Where(other => other.Name != index.Name)]));
    }

    /// <summary>Removes a collection with its pages.</summary>
    public void DropCollection(PageWriter pages, CollectionDefinition definition)
    {
        foreach (var index in definition.Indexes)
        {
            Release(pages, index.State);
        }

        Release(pages, definition.Documents);
        StateSlots.Free(pages, definition.Identity);
        Remove(pages, CatalogKind.Collection, definition.Name);
        IdentityOf(definition.Name).Reset();
    }

    /// <summary>Defines a new, empty map.</summary>
    public MapDefinition CreateMap(PageWriter pages, string name, string? keyCodecName)
    {
        EnsureCatalog(pages);
        var stamp = NextStamp(pages);
        var definition = new MapDefinition(name, keyCodecName, StateSlots.Allocate(pages));
        Store(pages, stamp, definition, CatalogEntry.Encode(definition, stamp));
        return definition;
    }

    /// <summary>Defines a new, empty list, stack or string.</summary>
    public ListDefinition CreateList(PageWriter pages, CatalogKind kind, string name, int itemBytes)
    {
        EnsureCatalog(pages);
        var stamp = NextStamp(pages);
        var definition = new ListDefinition(kind, name, itemBytes, StateSlots.Allocate(pages));
        Store(pages, stamp, definition, CatalogEntry.Encode(definition, stamp));
        return definition;
    }

    /// <summary>Removes a map, list, stack or string with its pages.</summary>
    public void DropNamed(PageWriter pages, NamedDefinition definition)
    {
        if (definition is ListDefinition list)
        {
            var state = list.ReadState(pages);
            LinkedChain.Clear(pages, ref state);
            StateSlots.Free(pages, list.State);
        }
        else
        {
            Release(pages, definition.State);
        }

        Remove(pages, definition.Kind, definition.Name);
    }

    private void Store(PageWriter pages, long stamp, NamedDefinition definition, byte[] entry)
    {
        BTree.Put(pages, StartPageLayout.MapAddress, KeyOf(definition.Kind, definition.Name), entry);
        Publish(pages, stamp, definition.Kind, definition.Name, definition);
    }

    /// <summary>Stamp of a catalog that is made in a transaction, before its first definition.</summary>
    public static long FirstStamp(PageWriter pages) => checked(pages.Sequence * ChangesPerTransaction);

    private static void Release(PageWriter pages, PageAddress state)
    {
        BTree.Clear(pages, state);
        StateSlots.Free(pages, state);
    }

    private void Remove(PageWriter pages, CatalogKind kind, string name)
    {
        var stamp = NextStamp(pages);
        BTree.Remove(pages, StartPageLayout.MapAddress, KeyOf(kind, name));
        Publish(pages, stamp, kind, name, null);
    }

    private void Publish(PageWriter pages, long stamp, CatalogKind kind, string name, object? definition)
    {
        long previous;
        using (var page = pages.Write(PagePos.Start))
        {
            ref var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
            previous = start.CatalogVersion;
            start.CatalogVersion = stamp;
        }

        _cache.Derive(previous, stamp, kind, name, definition);
    }

    // An ordinal goes on after a rollback to a savepoint, so that no stamp is used twice.
    private long NextStamp(PageWriter pages)
    {
        if (_stampSequence != pages.Sequence)
        {
            (_stampSequence, _stampOrdinal) = (pages.Sequence, 0);
        }

        if (_stampOrdinal == ChangesPerTransaction - 1)
        {
            throw new LimitExceededException(
                "changes of definitions in one transaction", ChangesPerTransaction - 1, _stampOrdinal + 1,
                "Commit in between.");
        }

        return checked((pages.Sequence * ChangesPerTransaction) + ++_stampOrdinal);
    }

    private static void EnsureCatalog(PageWriter pages)
    {
        using var page = pages.Write(PagePos.Start);
        ref var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
        if (start.Kind == StartPageKind.Empty)
        {
            start.Kind = StartPageKind.Catalog;
            start.CatalogLayout = CurrentLayout;
            start.StatesFront = PagePos.Nil;
        }
    }
}

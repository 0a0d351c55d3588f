using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>What the catalog says of a collection at one catalog version. Immutable.</summary>
internal sealed class CollectionDefinition
{
    /// <summary>Name of the collection.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Stamp of the change that made this definition, never used twice: keys caches of plans. 0 = not stored yet.
    /// </summary>
    public required long Version { get; init; }

    /// <summary>
    /// Member that holds the key, such as "Id"; null when the key is computed by a lambda that is no member path.
    /// </summary>
    public required FieldPath? KeyPath { get; init; }

    /// <summary>Encoding of primary keys.</summary>
    public required KeyCodec KeyCodec { get; init; }

    /// <summary>Field tables of the documents.</summary>
    public required DocumentSchema Schema { get; init; }

    /// <summary>The indexes, by name order.</summary>
    public required IReadOnlyList<IndexDefinition> Indexes { get; init; }

    /// <summary>Where the state of the map of documents lives.</summary>
    public PageAddress Documents { get; init; }

    /// <summary>Where the high-water mark of assigned keys lives.</summary>
    public PageAddress Identity { get; init; }

    /// <summary>The index of the given name, or null.</summary>
    public IndexDefinition? FindIndex(string name) => Indexes.FirstOrDefault(index => index.Name == name);

    /// <summary>
    /// The same collection with other field tables or indexes; its version is given when it is stored.
    /// </summary>
    public CollectionDefinition With(
        long? version = null,
        DocumentSchema? schema = null,
        IReadOnlyList<IndexDefinition>? indexes = null,
        KeyCodec? keyCodec = null) => new()
        {
            Name = Name,
            Version = version ?? Version,
            KeyPath = KeyPath,
            KeyCodec = keyCodec ?? KeyCodec,
            Schema = schema ?? Schema,
            Indexes = indexes ?? Indexes,
            Documents = Documents,
            Identity = Identity,
        };

    /// <summary>Whether one of its states lies in a page.</summary>
    public bool NamesSlotIn(PagePos page) =>
        Documents.Page == page || Identity.Page == page || Indexes.Any(index => index.State.Page == page);

    /// <summary>The same collection with its states elsewhere; its version is given when it is stored.</summary>
    public CollectionDefinition WithSlots(Func<PageAddress, PageAddress> place) => new()
    {
        Name = Name,
        Version = Version,
        KeyPath = KeyPath,
        KeyCodec = KeyCodec,
        Schema = Schema,
        Indexes = [.. Indexes.Select(index => new IndexDefinition
        {
            Name = index.Name,
            Parts = index.Parts,
            IsUnique = index.IsUnique,
            State = place(index.State),
        })],
        Documents = place(Documents),
        Identity = place(Identity),
    };
}

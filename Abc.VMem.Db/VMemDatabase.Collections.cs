using System.Linq.Expressions;
using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db;

/// <summary>Collections and maps of the database itself.</summary>
public sealed partial class VMemDatabase
{
    /// <summary>Names of the collections, in ordinal order.</summary>
    public IReadOnlyList<string> CollectionNames => NamesOf(CatalogKind.Collection);

    /// <summary>Names of the maps, in ordinal order.</summary>
    public IReadOnlyList<string> MapNames => NamesOf(CatalogKind.Map);

    /// <summary>A collection whose key is the member Id, ClassNameId, or the one marked [Key].</summary>
    /// <remarks>It comes into being with its first write; until then it reads as empty.</remarks>
    /// <exception cref="ArgumentException">
    /// The class has no such member, or the stored collection has another key.
    /// </exception>
    /// <exception cref="DocumentException">A member of the class can't be stored; the message names it.</exception>
    public DocumentCollection<T> GetCollection<T>(string name) => DocumentCollection<T>.Open(_context, name);

    /// <summary>A collection whose key is what a lambda gives.</summary>
    /// <inheritdoc cref="GetCollection{T}(string)" path="/remarks"/>
    /// <inheritdoc cref="GetCollection{T}(string)" path="/exception"/>
    public DocumentCollection<T, TKey> GetCollection<T, TKey>(string name, Expression<Func<T, TKey>> key) =>
        DocumentCollection<T, TKey>.Open(_context, name, key);

    /// <summary>A map on bytes.</summary>
    /// <remarks>It comes into being with its first write; until then it reads as empty.</remarks>
    public VMemMap GetMap(string name) => NamedMaps.Open(_context, name);

    /// <summary>A typed map.</summary>
    /// <inheritdoc cref="GetMap(string)" path="/remarks"/>
    public VMemMap<TKey, TValue> GetMap<TKey, TValue>(string name)
        where TKey : notnull => NamedMaps.Open<TKey, TValue>(_context, name);

    /// <summary>Deletes a collection with its documents and indexes; false when there is none.</summary>
    public bool DropCollection(string name) => DropStatement.Run(_context, CatalogKind.Collection, name);

    /// <inheritdoc cref="DropCollection"/>
    public ValueTask<bool> DropCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.Collection, name, cancellationToken);

    /// <summary>Deletes a map with its entries; false when there is none.</summary>
    public bool DropMap(string name) => DropStatement.Run(_context, CatalogKind.Map, name);

    /// <inheritdoc cref="DropMap"/>
    public ValueTask<bool> DropMapAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.Map, name, cancellationToken);

    private IReadOnlyList<string> NamesOf(CatalogKind kind) => Catalog.Names(_context, kind);
}

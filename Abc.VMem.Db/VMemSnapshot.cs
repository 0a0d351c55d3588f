using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// The committed state of one moment: collections, maps and indexes as they were, whatever is written meanwhile. It
/// waits for nobody and blocks nobody. Thread-safe; dispose it soon, since it keeps old versions alive.
/// </summary>
public sealed class VMemSnapshot : IDisposable
{
    private readonly Snapshot _snapshot;
    private readonly DatabaseContext _context;

    internal VMemSnapshot(Snapshot snapshot, DatabaseContext context) => (_snapshot, _context) = (snapshot, context);

    /// <summary>Names of the collections.</summary>
    public IReadOnlyList<string> CollectionNames => Catalog.Names(_context, CatalogKind.Collection);

    /// <summary>Names of the maps.</summary>
    public IReadOnlyList<string> MapNames => Catalog.Names(_context, CatalogKind.Map);

    /// <summary>Names of the lists.</summary>
    public IReadOnlyList<string> ListNames => Catalog.Names(_context, CatalogKind.List);

    /// <summary>Names of the stacks.</summary>
    public IReadOnlyList<string> StackNames => Catalog.Names(_context, CatalogKind.Stack);

    /// <summary>Names of the strings.</summary>
    public IReadOnlyList<string> StringNames => Catalog.Names(_context, CatalogKind.String);

    /// <inheritdoc cref="VMemDatabase.GetCollection{T}(string)"/>
    public DocumentCollection<T> GetCollection<T>(string name) => DocumentCollection<T>.Open(_context, name);

    /// <inheritdoc cref="VMemDatabase.GetCollection{T, TKey}(string, Expression{Func{T, TKey}})"/>
    public DocumentCollection<T, TKey> GetCollection<T, TKey>(string name, Expression<Func<T, TKey>> key) =>
        DocumentCollection<T, TKey>.Open(_context, name, key);

    /// <inheritdoc cref="VMemDatabase.GetMap(string)"/>
    public VMemMapView GetMap(string name) => new(_context.Scope, NamedMaps.Find(_context, name));

    /// <inheritdoc cref="VMemDatabase.GetMap{TKey, TValue}(string)"/>
    public VMemMapView<TKey, TValue> GetMap<TKey, TValue>(string name)
        where TKey : notnull => new(_context.Scope, NamedMaps.Find<TKey, TValue>(_context, name));

    /// <inheritdoc cref="VMemDatabase.GetList{T}(string)"/>
    public VMemListView<T> GetList<T>(string name)
        where T : unmanaged => new(_context.Scope, NamedLists.Find<T>(_context, CatalogKind.List, name));

    /// <inheritdoc cref="VMemDatabase.GetStack{T}(string)"/>
    public VMemStackView<T> GetStack<T>(string name)
        where T : unmanaged => new(_context.Scope, NamedLists.Find<T>(_context, CatalogKind.Stack, name));

    /// <inheritdoc cref="VMemDatabase.GetString(string)"/>
    public VMemStringView GetString(string name) =>
        new(_context.Scope, NamedLists.Find<byte>(_context, CatalogKind.String, name));

    /// <summary>Ends the snapshot.</summary>
    public void Dispose() => _snapshot.Dispose();
}

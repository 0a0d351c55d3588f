using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>Where an operation reads or writes: the database, its open transaction, or a snapshot.</summary>
internal abstract class Place(string name)
{
    /// <summary>Name of the variable in a script.</summary>
    public string Name => name;

    public abstract DocumentCollection<T> Collection<T>(string collection);

    /// <summary>A map to read.</summary>
    public abstract VMemMapView<TKey, TValue> MapView<TKey, TValue>(string map)
        where TKey : notnull;

    /// <summary>A map of bytes to read.</summary>
    public abstract VMemMapView RawView(string map);

    public abstract VMemListView<T> ListView<T>(string list)
        where T : unmanaged;

    public abstract VMemStackView<T> StackView<T>(string stack)
        where T : unmanaged;

    public abstract VMemStringView StringView(string text);

    /// <summary>Names of collections, maps, lists, stacks and strings.</summary>
    public abstract IReadOnlyList<string>[] Names { get; }
}

/// <summary>Where writing is possible.</summary>
internal abstract class WritablePlace(string name) : Place(name)
{
    public abstract VMemMap<TKey, TValue> Map<TKey, TValue>(string map)
        where TKey : notnull;

    public abstract VMemMap Raw(string map);

    public abstract VMemList<T> List<T>(string list)
        where T : unmanaged;

    public abstract VMemStack<T> Stack<T>(string stack)
        where T : unmanaged;

    public abstract VMemString String(string text);

    /// <summary>Drops a structure of a kind: "Collection", "Map", "List", "Stack" or "String".</summary>
    public abstract bool Drop(string kind, string structure);

    public override VMemMapView<TKey, TValue> MapView<TKey, TValue>(string map) => Map<TKey, TValue>(map);

    public override VMemMapView RawView(string map) => Raw(map);

    public override VMemListView<T> ListView<T>(string list) => List<T>(list);

    public override VMemStackView<T> StackView<T>(string stack) => Stack<T>(stack);

    public override VMemStringView StringView(string text) => String(text);
}

/// <summary>The database itself.</summary>
internal sealed class DatabasePlace(VMemDatabase db) : WritablePlace("db")
{
    public override IReadOnlyList<string>[] Names =>
        [db.CollectionNames, db.MapNames, db.ListNames, db.StackNames, db.StringNames];

    public override DocumentCollection<T> Collection<T>(string collection) => db.GetCollection<T>(collection);

    public override VMemMap<TKey, TValue> Map<TKey, TValue>(string map) => db.GetMap<TKey, TValue>(map);

    public override VMemMap Raw(string map) => db.GetMap(map);

    public override VMemList<T> List<T>(string list) => db.GetList<T>(list);

    public override VMemStack<T> Stack<T>(string stack) => db.GetStack<T>(stack);

    public override VMemString String(string text) => db.GetString(text);

    public override bool Drop(string kind, string structure) => kind switch
    {
        "Collection" => db.DropCollection(structure),
        "Map" => db.DropMap(structure),
        "List" => db.DropList(structure),
        "Stack" => db.DropStack(structure),
        _ => db.DropString(structure),
    };
}

/// <summary>A transaction.</summary>
internal sealed class TransactionPlace(VMemTransaction tx, string name) : WritablePlace(name)
{
    public VMemTransaction Transaction => tx;

    public override IReadOnlyList<string>[] Names =>
        [tx.CollectionNames, tx.MapNames, tx.ListNames, tx.StackNames, tx.StringNames];

    public override DocumentCollection<T> Collection<T>(string collection) => tx.GetCollection<T>(collection);

    public override VMemMap<TKey, TValue> Map<TKey, TValue>(string map) => tx.GetMap<TKey, TValue>(map);

    public override VMemMap Raw(string map) => tx.GetMap(map);

    public override VMemList<T> List<T>(string list) => tx.GetList<T>(list);

    public override VMemStack<T> Stack<T>(string stack) => tx.GetStack<T>(stack);

    public override VMemString String(string text) => tx.GetString(text);

    public override bool Drop(string kind, string structure) => kind switch
    {
        "Collection" => tx.DropCollection(structure),
        "Map" => tx.DropMap(structure),
        "List" => tx.DropList(structure),
        "Stack" => tx.DropStack(structure),
        _ => tx.DropString(structure),
    };
}

/// <summary>A snapshot.</summary>
internal sealed class SnapshotPlace(VMemSnapshot snapshot, string name) : Place(name)
{
    public VMemSnapshot Snapshot => snapshot;

    public override IReadOnlyList<string>[] Names => [
        snapshot.CollectionNames,
        snapshot.MapNames,
        snapshot.ListNames,
        snapshot.StackNames,
        snapshot.StringNames,
    ];

    public override DocumentCollection<T> Collection<T>(string collection) => snapshot.GetCollection<T>(collection);

    public override VMemMapView<TKey, TValue> MapView<TKey, TValue>(string map) =>
        snapshot.GetMap<TKey, TValue>(map);

    public override VMemMapView RawView(string map) => snapshot.GetMap(map);

    public override VMemListView<T> ListView<T>(string list) => snapshot.GetList<T>(list);

    public override VMemStackView<T> StackView<T>(string stack) => snapshot.GetStack<T>(stack);

    public override VMemStringView StringView(string text) => snapshot.GetString(text);
}

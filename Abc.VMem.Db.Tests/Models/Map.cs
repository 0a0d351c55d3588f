
namespace Abc.VMem.Db.Tests.Models;

using Entry = KeyValuePair<int, Value>;

/// <summary>A map of the random operations. Entries are named by the numbers of their keys.</summary>
internal abstract class Map(string name, string keyType, string key)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Map> All { get; } =
    [
        new TypedMap<long>("by_long", "long", "LongKey", ModelData.LongKey),
        new TypedMap<string>("by_text", "string", "Key", ModelData.Key),
        new RawMap("raw"),
    ];

    public string Name => name;

    protected string KeyType => keyType;

    public string ContainsName => keyType.Length == 0 ? "Contains" : "ContainsKey";

    /// <summary>Source text of the map at a place.</summary>
    public string In(string place) => keyType.Length == 0
        ? $"{place}.GetMap(\"{name}\")"
        : $"{place}.GetMap<{keyType}, byte[]>(\"{name}\")";

    public string PrintKey(int number) => FormattableString.Invariant($"{key}({number})");

    /// <summary>Source text of an entry to pass to a range of them.</summary>
    public string PrintPairs(IEnumerable<Entry> entries)
    {
        const string Raw = "System.ReadOnlyMemory<byte>";
        var type = keyType.Length == 0 ? $"{Raw}, {Raw}" : $"{keyType}, byte[]";
        var pairs = entries.Select(e => $"new({PrintKey(e.Key)}, {Print(e.Value)})");
        return $"new System.Collections.Generic.KeyValuePair<{type}>[] {{ {string.Join(", ", pairs)} }}";
    }

    public static string Print(Value value) => FormattableString.Invariant($"Bytes({value.Length}, {value.Seed})");

    public abstract bool Put(WritablePlace place, int number, Value value);

    public abstract bool Insert(WritablePlace place, int number, Value value);

    public abstract bool Remove(WritablePlace place, int number);

    public abstract long RemoveRange(WritablePlace place, int from, int to);

    public abstract void Clear(WritablePlace place);

    public abstract long InsertRange(WritablePlace place, IEnumerable<Entry> entries);

    public abstract long PutRange(WritablePlace place, IEnumerable<Entry> entries);

    public abstract string? DiffersAt(Place place, int number, Value? value);

    public abstract bool Contains(Place place, int number);

    public abstract long Count(Place place);

    /// <summary>Compares a range, from either end.</summary>
    public abstract string? DiffersRange(
        Place place, int from, int to, bool descending, int take, IEnumerable<Entry> expected);

    protected static string? Differs(byte[]? found, Value? value) =>
        found is null == value is null && (value is not { } v || ModelData.IsBytes(found, v.Length, v.Seed))
            ? null
            : $"Expected {value?.ToString() ?? "nothing"}, but it is {found?.Length ?? -1} bytes.";

    /// <summary>Source text that gives the values of a range.</summary>
    public abstract string PrintRange(string place, int from, int to, bool descending, int take);
}

/// <summary>A map with keys of a type.</summary>
internal sealed class TypedMap<TKey>(string name, string keyType, string key, Func<int, TKey> toKey)
    : Map(name, keyType, key)
    where TKey : notnull
{
    public override bool Put(WritablePlace place, int number, Value value) =>
        On(place).Put(toKey(number), ModelData.Bytes(value.Length, value.Seed));

    public override bool Insert(WritablePlace place, int number, Value value) =>
        On(place).Insert(toKey(number), ModelData.Bytes(value.Length, value.Seed));

    public override bool Remove(WritablePlace place, int number) => On(place).Remove(toKey(number));

    public override long RemoveRange(WritablePlace place, int from, int to) =>
        On(place).RemoveRange(toKey(from), toKey(to));

    public override void Clear(WritablePlace place) => On(place).Clear();

    public override long InsertRange(WritablePlace place, IEnumerable<Entry> entries) =>
        On(place).InsertRange(entries.Select(Pair).ToArray());

    public override long PutRange(WritablePlace place, IEnumerable<Entry> entries) =>
        On(place).PutRange(entries.Select(Pair).ToArray());

    public override string? DiffersAt(Place place, int number, Value? value) =>
        Differs(ModelData.Get(place.MapView<TKey, byte[]>(Name), toKey(number)), value);

    public override bool Contains(Place place, int number) =>
        place.MapView<TKey, byte[]>(Name).ContainsKey(toKey(number));

    public override long Count(Place place) => place.MapView<TKey, byte[]>(Name).Count;

    public override string? DiffersRange(
        Place place, int from, int to, bool descending, int take, IEnumerable<Entry> expected)
    {
        var range = place.MapView<TKey, byte[]>(Name).Range(toKey(from), toKey(to));
        return Differences.OfAll(
            expected,
            (descending ? range.Reverse() : range).Take(take),
            (e, actual) => EqualityComparer<TKey>.Default.Equals(toKey(e.Key), actual.Key)
                && ModelData.IsBytes(actual.Value, e.Value.Length, e.Value.Seed));
    }

    public override string PrintRange(string place, int from, int to, bool descending, int take) =>
        $"{In(place)}.Range({PrintKey(from)}, {PrintKey(to)}){(descending ? ".Reverse()" : "")}"
        + FormattableString.Invariant($".Take({take}).Select(e => e.Value)");

    private VMemMap<TKey, byte[]> On(WritablePlace place) => place.Map<TKey, byte[]>(Name);

    private KeyValuePair<TKey, byte[]> Pair(Entry entry) =>
        new(toKey(entry.Key), ModelData.Bytes(entry.Value.Length, entry.Value.Seed));
}

/// <summary>A map of bytes.</summary>
internal sealed class RawMap(string name) : Map(name, "", "Raw")
{
    public override bool Put(WritablePlace place, int number, Value value) =>
        place.Raw(Name).Put(ModelData.Raw(number), ModelData.Bytes(value.Length, value.Seed));

    public override bool Insert(WritablePlace place, int number, Value value) =>
        place.Raw(Name).Insert(ModelData.Raw(number), ModelData.Bytes(value.Length, value.Seed));

    public override bool Remove(WritablePlace place, int number) => place.Raw(Name).Remove(ModelData.Raw(number));

    public override long RemoveRange(WritablePlace place, int from, int to) =>
        place.Raw(Name).RemoveRange(ModelData.Raw(from), ModelData.Raw(to));

    public override void Clear(WritablePlace place) => place.Raw(Name).Clear();

    public override long InsertRange(WritablePlace place, IEnumerable<Entry> entries) =>
        place.Raw(Name).InsertRange(entries.Select(Pair).ToArray());

    public override long PutRange(WritablePlace place, IEnumerable<Entry> entries) =>
        place.Raw(Name).PutRange(entries.Select(Pair).ToArray());

    public override string? DiffersAt(Place place, int number, Value? value) =>
        Differs(ModelData.Get(place.RawView(Name), ModelData.Raw(number)), value);

    public override bool Contains(Place place, int number) => place.RawView(Name).Contains(ModelData.Raw(number));

    public override long Count(Place place) => place.RawView(Name).Count;

    public override string? DiffersRange(
        Place place, int from, int to, bool descending, int take, IEnumerable<Entry> expected)
    {
        return Differences.OfAll(
            expected,
            ModelData.Entries(
                place.RawView(Name), ModelData.Raw(from), ModelData.Raw(to), descending, take),
            (e, actual) => actual.Key.AsSpan().SequenceEqual(ModelData.Raw(e.Key))
                && ModelData.IsBytes(actual.Value, e.Value.Length, e.Value.Seed));
    }

    public override string PrintRange(string place, int from, int to, bool descending, int take) =>
        $"Range({In(place)}, {PrintKey(from)}, {PrintKey(to)}, {(descending ? "true" : "false")}, "
        + FormattableString.Invariant($"{take})");

    private static KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Pair(Entry entry) =>
        new(ModelData.Raw(entry.Key), ModelData.Bytes(entry.Value.Length, entry.Value.Seed));
}

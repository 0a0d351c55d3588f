using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Tests.Models;

using Entry = KeyValuePair<int, Row>;

/// <summary>A collection of the random operations. Documents are named by the numbers of their keys.</summary>
internal abstract class Table(string name, string keyType, string key)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Table> All { get; } =
    [
        new Table<int>("ints", "int", "", number => number),
        new Table<long>("longs", "long", "LongKey", ModelData.LongKey),
        new Table<Guid>("ids", "System.Guid", "Id", ModelData.Id),
        new Table<string>("texts", "string", "Key", ModelData.Key),
    ];

    public string Name => name;

    /// <summary>The collection whose keys are numbers that an insert can choose.</summary>
    public bool HasIdentity => key.Length == 0;

    protected string KeyType => keyType;

    /// <summary>Source text of the collection at a place.</summary>
    public string In(string place) => $"{place}.GetCollection<ModelDocument<{keyType}>>(\"{name}\")";

    public string PrintKey(int number) =>
        key.Length == 0 ? FormattableString.Invariant($"{number}") : FormattableString.Invariant($"{key}({number})");

    public string PrintKeys(IEnumerable<int> numbers) =>
        $"new {keyType}[] {{ {string.Join(", ", numbers.Select(PrintKey))} }}";

    public string Print(int number, Row row) => $"Doc({PrintKey(number)}, {row.Print()})";

    public string Print(IEnumerable<Entry> entries) =>
        $"new ModelDocument<{keyType}>[] {{ {string.Join(", ", entries.Select(e => Print(e.Key, e.Value)))} }}";

    /// <summary>Inserts; returns the number of the key that the document has then.</summary>
    public abstract int Insert(WritablePlace place, int number, Row row);

    public abstract bool Upsert(WritablePlace place, int number, Row row);

    public abstract bool Update(WritablePlace place, int number, Row row);

    public abstract bool Delete(WritablePlace place, int number);

    /// <summary>Inserts all or none; keys of number 0 are assigned, ascending from the first given back.</summary>
    public abstract (long Count, int First) InsertMany(WritablePlace place, IEnumerable<Entry> entries);

    public abstract long DeleteMany(WritablePlace place, IEnumerable<int> numbers);

    public abstract long DeleteWhere(WritablePlace place, Condition condition);

    public abstract string? DiffersAt(Place place, int number, Row? row);

    public abstract bool Contains(Place place, int number);

    public abstract long Count(Place place);

    public abstract string? DiffersMany(Place place, IEnumerable<int> numbers, IEnumerable<Entry> expected);

    public abstract string? DiffersAll(Place place, IEnumerable<Entry> expected);

    public abstract string? DiffersWhere(Place place, Condition condition, int take, IEnumerable<Entry> expected);

    public abstract long CountWhere(Place place, Condition condition);

    public abstract string? DiffersOrdered(
        Place place, int from, int to, bool descending, int take, IEnumerable<Entry> expected);

    public abstract bool EnsureIndex(WritablePlace place, Index index);

    public abstract bool DropIndex(WritablePlace place, Index index);

    public abstract IReadOnlyList<string> IndexNames(Place place);
}

/// <inheritdoc cref="Table"/>
internal sealed class Table<TKey>(string name, string keyType, string key, Func<int, TKey> toKey)
    : Table(name, keyType, key)
    where TKey : notnull
{
    public override int Insert(WritablePlace place, int number, Row row)
    {
        var document = Doc(number, row);
        On(place).Insert(document);
        return document.Id is int assigned ? assigned : number;
    }

    public override bool Upsert(WritablePlace place, int number, Row row) => On(place).Upsert(Doc(number, row));

    public override bool Update(WritablePlace place, int number, Row row) => On(place).Update(Doc(number, row));

    public override bool Delete(WritablePlace place, int number) => On(place).Delete(toKey(number));

    public override (long Count, int First) InsertMany(WritablePlace place, IEnumerable<Entry> entries)
    {
        var documents = entries.Select(entry => Doc(entry.Key, entry.Value)).ToList();
        var count = On(place).InsertMany(documents);
        return (count, documents is [{ Id: int first }, ..] ? first : 0);
    }

    public override long DeleteMany(WritablePlace place, IEnumerable<int> numbers) =>
        On(place).DeleteMany(numbers.Select(toKey));

    public override long DeleteWhere(WritablePlace place, Condition condition) =>
        On(place).DeleteMany(condition.Predicate<TKey>());

    public override string? DiffersAt(Place place, int number, Row? row)
    {
        var isThere = On(place).TryFind(toKey(number), out var document);
        return (isThere, row) switch
        {
            (false, null) => null,
            (true, { } expected) when IsSame(new(number, expected), document!) => null,
            _ => $"Expected {row?.ToString() ?? "nothing"}, but it is {document?.ToString() ?? "nothing"}.",
        };
    }

    public override bool Contains(Place place, int number) => On(place).Contains(toKey(number));

    public override long Count(Place place) => On(place).Count;

    public override string? DiffersMany(Place place, IEnumerable<int> numbers, IEnumerable<Entry> expected) =>
        Differences.OfAll(expected, On(place).FindMany(numbers.Select(toKey)), IsSame);

    public override string? DiffersAll(Place place, IEnumerable<Entry> expected) =>
        Differences.OfAll(expected, On(place).FindAll(), IsSame);

    public override string? DiffersWhere(
        Place place, Condition condition, int take, IEnumerable<Entry> expected) =>
        Differences.OfAll(
            expected,
            On(place).AsQueryable().Where(condition.Predicate<TKey>()).OrderBy(d => d.Id).Take(take),
            IsSame);

    public override long CountWhere(Place place, Condition condition) =>
        On(place).AsQueryable().Count(condition.Predicate<TKey>());

    public override string? DiffersOrdered(
        Place place, int from, int to, bool descending, int take, IEnumerable<Entry> expected)
    {
        var range = On(place).AsQueryable().Where(d => d.Number >= from && d.Number < to);
        var ordered = descending
            ? range.OrderByDescending(d => d.Number).ThenByDescending(d => d.Id)
            : range.OrderBy(d => d.Number).ThenBy(d => d.Id);
        return Differences.OfAll(expected, ordered.Take(take), IsSame);
    }

    public override bool EnsureIndex(WritablePlace place, Index index) =>
        On(place).EnsureIndex(index.Name, index.Paths.Split(' '), index.IsUnique);

    public override bool DropIndex(WritablePlace place, Index index) => On(place).DropIndex(index.Name);

    public override IReadOnlyList<string> IndexNames(Place place) => On(place).IndexNames;

    private DocumentCollection<ModelDocument<TKey>> On(Place place) =>
        place.Collection<ModelDocument<TKey>>(Name);

    private ModelDocument<TKey> Doc(int number, Row row) =>
        ModelData.Doc(toKey(number), row.Number, row.Group, row.Code, row.Tags, row.Length, row.Seed);

    private bool IsSame(Entry expected, ModelDocument<TKey> document) =>
        EqualityComparer<TKey>.Default.Equals(toKey(expected.Key), document.Id) && expected.Value.Is(document);
}

using System.Collections.Immutable;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>A list or stack of the random operations; items are numbers, large or small on the page.</summary>
internal abstract class NamedList(string name, string type)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<NamedList> All { get; } =
    [
        new NamedList<long>("small", "long", number => number),
        new NamedList<ModelItem>("large", "ModelItem", number => number),
    ];

    public string Name => name;

    /// <summary>Source text of the list at a place.</summary>
    public string In(string place) => $"{place}.GetList<{type}>(\"{name}\")";

    public string Print(IEnumerable<int> items) => $"new {type}[] {{ {string.Join(", ", items)} }}";

    public abstract void Insert(WritablePlace place, int index, IReadOnlyList<int> items);

    public abstract void Add(WritablePlace place, IReadOnlyList<int> items);

    public abstract void RemoveRange(WritablePlace place, int index, int count);

    public abstract bool Remove(WritablePlace place, int item);

    public abstract long RemoveWhere(WritablePlace place, int modulus);

    public abstract (bool IsThere, int Item) RemoveEdge(WritablePlace place, bool last);

    public abstract void Set(WritablePlace place, int index, int item);

    public abstract void Clear(WritablePlace place);

    public abstract int Get(Place place, int index);

    public abstract long Count(Place place);

    public abstract bool Contains(Place place, int item);

    public abstract string? DiffersRange(Place place, int from, int to, ImmutableList<int> all);

    public abstract string? DiffersAll(Place place, bool backward, ImmutableList<int> expected);
}

/// <inheritdoc cref="NamedList"/>
internal sealed class NamedList<T>(string name, string type, Func<int, T> make) : NamedList(name, type)
    where T : unmanaged
{
    public override void Insert(WritablePlace place, int index, IReadOnlyList<int> items)
    {
        var list = On(place);
        var at = list.PositionAt(index);
        if (items.Count == 1)
        {
            list.Insert(at, make(items[0]));
        }
        else
        {
            list.InsertRange(at, items.Select(make).ToArray());
        }
    }

    public override void Add(WritablePlace place, IReadOnlyList<int> items)
    {
        if (items.Count == 1)
        {
            On(place).Add(make(items[0]));
        }
        else
        {
            On(place).AddRange(items.Select(make).ToArray());
        }
    }

    public override void RemoveRange(WritablePlace place, int index, int count)
    {
        var list = On(place);
        if (count == 1)
        {
            list.RemoveAt(list.PositionAt(index));
        }
        else
        {
            list.RemoveRange(list.PositionAt(index), list.PositionAt(index + count));
        }
    }

    public override bool Remove(WritablePlace place, int item) => On(place).Remove(make(item));

    public override long RemoveWhere(WritablePlace place, int modulus) =>
        On(place).RemoveWhere(item => Number(item) % modulus == 0);

    public override (bool IsThere, int Item) RemoveEdge(WritablePlace place, bool last)
    {
        var list = On(place);
        var isThere = last ? list.TryRemoveLast(out var item) : list.TryRemoveFirst(out item);
        return (isThere, isThere ? Number(item) : 0);
    }

    public override void Set(WritablePlace place, int index, int item)
    {
        var list = On(place);
        list[list.PositionAt(index)] = make(item);
    }

    public override void Clear(WritablePlace place) => On(place).Clear();

    public override int Get(Place place, int index)
    {
        var list = place.ListView<T>(Name);
        return Number(list[list.PositionAt(index)]);
    }

    public override long Count(Place place) => place.ListView<T>(Name).Count;

    public override bool Contains(Place place, int item) => place.ListView<T>(Name).Contains(make(item));

    public override string? DiffersRange(Place place, int from, int to, ImmutableList<int> all)
    {
        var list = place.ListView<T>(Name);
        return Differences.OfAll(
            all.GetRange(from, to - from), list.Range(list.PositionAt(from), list.PositionAt(to)), IsSame);
    }

    public override string? DiffersAll(Place place, bool backward, ImmutableList<int> expected)
    {
        var list = place.ListView<T>(Name);
        return backward
            ? Differences.OfAll(expected.Reverse(), list.Reverse(), IsSame)
            : Differences.OfAll(expected, list, IsSame);
    }

    private static int Number(T item) => item is ModelItem large ? (int)large.Value : (int)(long)(object)item;

    private bool IsSame(int expected, T item) => EqualityComparer<T>.Default.Equals(make(expected), item);

    private VMemList<T> On(WritablePlace place) => place.List<T>(Name);
}

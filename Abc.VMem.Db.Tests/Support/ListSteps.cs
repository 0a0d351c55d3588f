using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Random operations on a list, beside the same on a <see cref="List{T}"/>.</summary>
internal static class ListSteps
{
    /// <summary>One operation; ranges have up to three units.</summary>
    public static void Run<T>(VMemList<T> list, List<T> model, Random random, int unit)
        where T : unmanaged
    {
        switch (random.Next(16))
        {
            case 0 or 1 or 2:
                Insert(list, model, random);
                break;
            case 3:
                var last = New<T>(random);
                Verify(list, list.Add(last), model, model.Count, () => model.Add(last));
                break;
            case 4:
                var item = New<T>(random);
                Verify(list, list.AddFirst(item), model, 0, () => model.Insert(0, item));
                break;
            case 5:
                var added = NewMany<T>(random, unit);
                list.AddRange(added.AsSpan());
                model.AddRange(added);
                break;
            case 6 or 7:
                InsertRange(list, model, random, unit);
                break;
            case 8 or 9 or 10 or 11:
                RemoveAt(list, model, random);
                break;
            case 12:
                RemoveRange(list, model, random, unit);
                break;
            case 13:
                RemoveEdges(list, model);
                break;
            case 14:
                var bit = random.Next(8);
                bool IsGone(T item) => (item.GetHashCode() >> bit) % 5 == 0;
                Assert.Equal(model.RemoveAll(IsGone), list.RemoveWhere(IsGone));
                break;
            default:
                Set(list, model, random);
                break;
        }
    }

    private static T New<T>(Random random)
        where T : unmanaged => Items.Of<T>(random.NextInt64());

    private static T[] NewMany<T>(Random random, int unit)
        where T : unmanaged =>
        [.. Enumerable.Range(0, random.Next(3 * unit)).Select(_ => New<T>(random))];

    private static void Insert<T>(VMemList<T> list, List<T> model, Random random)
        where T : unmanaged
    {
        var index = random.Next(model.Count + 1);
        var item = New<T>(random);
        Verify(list, list.Insert(list.PositionAt(index), item), model, index, () => model.Insert(index, item));
    }

    private static void InsertRange<T>(VMemList<T> list, List<T> model, Random random, int unit)
        where T : unmanaged
    {
        var index = random.Next(model.Count + 1);
        var items = NewMany<T>(random, unit);
        var at = list.PositionAt(index);
        var first = list.InsertRange(at, random.Next(2) == 0 ? items : items.Where(_ => true));
        model.InsertRange(index, items);
        Assert.Equal(list.PositionAt(index), first);
    }

    private static void RemoveAt<T>(VMemList<T> list, List<T> model, Random random)
        where T : unmanaged
    {
        for (var i = random.Next(20); i > 0 && model.Count > 0; i--)
        {
            var index = random.Next(model.Count);
            var next = list.RemoveAt(list.PositionAt(index));
            model.RemoveAt(index);
            Assert.Equal(list.PositionAt(index), next);
        }
    }

    private static void RemoveRange<T>(VMemList<T> list, List<T> model, Random random, int unit)
        where T : unmanaged
    {
        var from = random.Next(model.Count + 1);
        var count = Math.Min(random.Next(3 * unit), model.Count - from);
        var next = list.RemoveRange(list.PositionAt(from), list.PositionAt(from + count));
        model.RemoveRange(from, count);
        Assert.Equal(list.PositionAt(from), next);
    }

    private static void RemoveEdges<T>(VMemList<T> list, List<T> model)
        where T : unmanaged
    {
        Assert.Equal(model.Count > 0, list.TryRemoveFirst(out var first));
        if (model.Count > 0)
        {
            Items.AssertEqual([model[0]], [first]);
            model.RemoveAt(0);
        }

        Assert.Equal(model.Count > 0, list.TryRemoveLast(out var last));
        if (model.Count > 0)
        {
            Items.AssertEqual([model[^1]], [last]);
            model.RemoveAt(model.Count - 1);
        }
    }

    private static void Set<T>(VMemList<T> list, List<T> model, Random random)
        where T : unmanaged
    {
        if (model.Count > 0)
        {
            var index = random.Next(model.Count);
            list[list.PositionAt(index)] = model[index] = New<T>(random);
        }
    }

    private static void Verify<T>(
        VMemList<T> list, ItemPosition position, List<T> model, int index, Action change)
        where T : unmanaged
    {
        change();
        Assert.Equal(list.PositionAt(index), position);
        Items.AssertEqual([model[index]], [list[position]]);
    }
}

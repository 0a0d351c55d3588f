namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>One key of an order, the first or a further one. Immutable.</summary>
internal abstract class OrderLevel<T>
{
    /// <summary>Sorts rows by this key.</summary>
    public abstract IOrderedEnumerable<T> Sort(IEnumerable<T> rows);

    /// <summary>Sorts rows that are equal so far by this key.</summary>
    public abstract IOrderedEnumerable<T> SortFurther(IOrderedEnumerable<T> rows);

    /// <summary>The key of a row.</summary>
    public abstract object? KeyOf(T row);

    /// <summary>Compares two keys as the order wants them.</summary>
    public abstract int Compare(object? x, object? y);
}

/// <summary>A key of a type.</summary>
internal sealed class OrderLevel<T, TKey>(Func<T, TKey> keySelector, IComparer<TKey>? comparer, bool descending)
    : OrderLevel<T>
{
    private readonly IComparer<TKey> _comparer = comparer ?? Comparer<TKey>.Default;

    /// <inheritdoc/>
    public override IOrderedEnumerable<T> Sort(IEnumerable<T> rows) => descending
        ? rows.OrderByDescending(keySelector, _comparer)
        : rows.OrderBy(keySelector, _comparer);

    /// <inheritdoc/>
    public override IOrderedEnumerable<T> SortFurther(IOrderedEnumerable<T> rows) =>
        rows.CreateOrderedEnumerable(keySelector, _comparer, descending);

    /// <inheritdoc/>
    public override object? KeyOf(T row) => keySelector(row);

    /// <inheritdoc/>
    public override int Compare(object? x, object? y)
    {
        var order = _comparer.Compare((TKey)x!, (TKey)y!);
        return descending ? -Math.Sign(order) : order;
    }
}

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>A group whose elements are in memory.</summary>
internal sealed class GroupInMemory<TKey, TElement>(TKey key) : List<TElement>, IGrouping<TKey, TElement>
{
    /// <inheritdoc/>
    public TKey Key => key;
}

/// <summary>
/// A group whose elements were put aside: read, and made again, each time it is enumerated. Ends with the query.
/// </summary>
internal sealed class GroupInPages<TKey, TElement>(SpillLookup<TKey, TElement> lookup, TKey key, long number)
    : IGrouping<TKey, TElement>, ICollection<TElement>
{
    /// <inheritdoc/>
    public TKey Key => key;

    /// <inheritdoc/>
    public int Count => checked((int)lookup.CountStored(number));

    /// <inheritdoc/>
    public bool IsReadOnly => true;

    /// <inheritdoc/>
    public IEnumerator<TElement> GetEnumerator() => lookup.Stored(number).GetEnumerator();

    /// <inheritdoc/>
    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void CopyTo(TElement[] array, int arrayIndex)
    {
        foreach (var element in this)
        {
            array[arrayIndex++] = element;
        }
    }

    /// <inheritdoc/>
    public bool Contains(TElement item) => this.Contains(item, EqualityComparer<TElement>.Default);

    /// <inheritdoc/>
    void ICollection<TElement>.Add(TElement item) => throw new NotSupportedException();

    /// <inheritdoc/>
    void ICollection<TElement>.Clear() => throw new NotSupportedException();

    /// <inheritdoc/>
    bool ICollection<TElement>.Remove(TElement item) => throw new NotSupportedException();
}

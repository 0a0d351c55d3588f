using System.Collections;

namespace Abc.VMem.Db.Structures;

/// <summary>The keys or the values of a map as a collection that only reads.</summary>
/// <param name="walk">Begins a walk over them, as of then.</param>
/// <param name="count">Their number, as of now.</param>
/// <param name="contains">Whether one of them equals another.</param>
internal sealed class MapPart<T>(Func<IEnumerable<T>> walk, Func<long> count, Func<T, bool> contains)
    : ICollection<T>, IReadOnlyCollection<T>
{
    /// <inheritdoc/>
    public int Count => checked((int)count());

    /// <inheritdoc/>
    public bool IsReadOnly => true;

    /// <summary>Copies items as of one moment; refuses when the next one finds no room.</summary>
    public static void Copy(IEnumerable<T> items, T[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentOutOfRangeException.ThrowIfNegative(arrayIndex);
        foreach (var item in items)
        {
            if (arrayIndex >= array.Length)
            {
                throw new ArgumentException("There are more entries than the array has room for.", nameof(array));
            }

            array[arrayIndex++] = item;
        }
    }

    /// <inheritdoc/>
    public bool Contains(T item) => contains(item);

    /// <inheritdoc/>
    public void CopyTo(T[] array, int arrayIndex) => Copy(walk(), array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => walk().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<T>.Add(T item) => throw ReadOnly();

    void ICollection<T>.Clear() => throw ReadOnly();

    bool ICollection<T>.Remove(T item) => throw ReadOnly();

    private static NotSupportedException ReadOnly() => new("Change the map itself, not its keys or values.");
}

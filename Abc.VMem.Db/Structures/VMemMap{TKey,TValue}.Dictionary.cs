using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Changing a map as the dictionary that .NET knows.</summary>
public sealed partial class VMemMap<TKey, TValue>
{
    /// <inheritdoc/>
    int ICollection<KeyValuePair<TKey, TValue>>.Count => checked((int)Count);

    /// <inheritdoc/>
    bool ICollection<KeyValuePair<TKey, TValue>>.IsReadOnly => false;

    /// <inheritdoc/>
    ICollection<TKey> IDictionary<TKey, TValue>.Keys => KeyPart;

    /// <inheritdoc/>
    ICollection<TValue> IDictionary<TKey, TValue>.Values => ValuePart;

    /// <summary>Adds an entry. <see cref="TryAdd"/> and <see cref="Insert"/> tell instead of throwing.</summary>
    /// <exception cref="ArgumentException">The key is there; nothing was changed.</exception>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public void Add(TKey key, TValue value)
    {
        if (!Insert(key, value))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The map has the key {key} already."), nameof(key));
        }
    }

    /// <summary>Adds an entry; false, and no change, when the key is there. The same as <see cref="Insert"/>.</summary>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public bool TryAdd(TKey key, TValue value) => Insert(key, value);

    /// <summary>The value of a key; where it is absent, adds the one that is made for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="make">
    /// Makes the value, outside of any transaction of this call. When another one adds the key meanwhile, that one's
    /// value counts.
    /// </param>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        TValue? found;
        while (!TryGetValue(key, out found))
        {
            var made = make(key);
            if (Insert(key, made))
            {
                return made;
            }
        }

        return found;
    }

    void ICollection<KeyValuePair<TKey, TValue>>.Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<TKey, TValue>>.Contains(KeyValuePair<TKey, TValue> item) => ContainsEntry(item);

    bool ICollection<KeyValuePair<TKey, TValue>>.Remove(KeyValuePair<TKey, TValue> item)
    {
        using var buffers = MapBuffers.Rent();
        Encode(item.Key, item.Value, buffers);
        return _bytes.RemoveEqual(buffers.Key.Span, buffers.Written.WrittenSpan, buffers.Read);
    }
}

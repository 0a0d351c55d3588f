using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>
/// A persistent map in the order of its keys; strings are in ordinal order. Values are stored as they are (byte
/// arrays), as UTF-8 (strings), at fixed width (numbers, dates, Guid) or as MessagePack. A map of a database or pool
/// itself may be used from many threads; a map of a transaction or snapshot belongs to it. An enumeration sees the map
/// as of its start; in a transaction it sees changes ahead of it, up to the last entry that was there at its start.
/// </summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values; null is no value.</typeparam>
public sealed partial class VMemMap<TKey, TValue> : VMemMapView<TKey, TValue>, IDictionary<TKey, TValue>
    where TKey : notnull
{
    private readonly VMemMap _bytes;

    /// <summary>A map whose state lies where a program put it; an empty one when the state is all zero.</summary>
    /// <param name="pages">The pool, or a transaction.</param>
    /// <param name="state">Where the state is: 32 bytes, all zero while the map is empty.</param>
    /// <inheritdoc cref="VMemMapView{TKey, TValue}(PageSource, PageAddress)" path="/exception"/>
    /// <inheritdoc cref="VMemMapView{TKey, TValue}(PageSource, PageAddress)" path="/remarks"/>
    public VMemMap(PageScope pages, PageAddress state)
        : this(new VMemMap(pages, state))
    {
    }

    internal VMemMap(PageScope scope, StateLocator locator)
        : this(new VMemMap(scope, locator))
    {
    }

    private VMemMap(VMemMap bytes)
        : base(bytes) => _bytes = bytes;

    /// <summary>The value of a key. Setting adds or replaces.</summary>
    /// <exception cref="KeyNotFoundException">Getting: the key is not there.</exception>
    public new TValue this[TKey key]
    {
        get => base[key];
        set => Put(key, value);
    }
}

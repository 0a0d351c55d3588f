using System.Collections;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Walks the items of a structure as of its first step. Holds no page between two items. A foreach uses it without a
/// call through an interface, which an item of a few bytes would notice.
/// </summary>
/// <typeparam name="T">Type of the items.</typeparam>
public sealed class ItemEnumerator<T> : IEnumerator<T>
    where T : unmanaged
{
    private readonly ChainAccess _chain;
    private readonly ItemPosition _from;
    private readonly ItemPosition _to;
    private readonly int _step;
    private PageReader? _pages;
    private ItemWalk<T>? _walk;
    private T[] _items = [];
    private int _index = -1;
    private int _left;
    private bool _isInTransaction;
    private bool _isOver;

    internal ItemEnumerator(ChainAccess chain, ItemPosition from, ItemPosition to, bool isBackward) =>
        (_chain, _from, _to, _step) = (chain, from, to, isBackward ? -1 : 1);

    /// <summary>The item where it stands.</summary>
    /// <exception cref="InvalidOperationException">It stands before the first or behind the last.</exception>
    public T Current => (uint)_index < (uint)_items.Length ? _items[_index] : throw Outside();

    /// <inheritdoc/>
    object IEnumerator.Current => Current;

    /// <summary>Moves to the next item.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">The items where it stands were changed.</exception>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return MoveToNextPage();
        }

        if (_isInTransaction)
        {
            _walk!.VerifyUnchanged();
        }

        _left--;
        _index += _step;
        return true;
    }

    /// <summary>Not supported: begin another one.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    void IEnumerator.Reset() => throw new NotSupportedException("Begin another enumeration.");

    /// <summary>Ends the walk.</summary>
    public void Dispose()
    {
        (_index, _left, _isOver) = (-1, 0, true);
        _walk?.Dispose();
        _walk = null;
        if (_pages is { } pages)
        {
            _pages = null;
            _chain.Source.ExitRead(pages);
        }
    }

    private bool MoveToNextPage()
    {
        if (_isOver)
        {
            return false;
        }

        if (_walk is null)
        {
            Begin();
        }

        if (!_walk!.MoveNextPage())
        {
            Dispose();
            return false;
        }

        _items = _walk.Items;
        _left = _walk.End - _walk.First - 1;
        _index = _step > 0 ? _walk.First : _walk.End - 1;
        return true;
    }

    private void Begin()
    {
        _pages = _chain.Source.EnterRead();
        _isInTransaction = _pages is PageWriter;
        _walk = new ItemWalk<T>(_pages, _chain.Home, _from, _to, isBackward: _step < 0);
    }

    private static InvalidOperationException Outside() =>
        new("The enumeration stands before the first item or behind the last.");
}

/// <summary>Some items of a structure, read anew by each enumeration.</summary>
internal sealed class ItemSequence<T>(ChainAccess chain, ItemPosition from, ItemPosition to, bool isBackward)
    : IEnumerable<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => new ItemEnumerator<T>(chain, from, to, isBackward);

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>The error of a key that is there.</summary>
internal delegate Exception DuplicateError(ReadOnlySpan<byte> key);

/// <summary>
/// Puts any number of entries into a map, in any order, each page written once where that can be. The first ones are
/// held back: when they ascend above the map's last key, they and each later one above all before it are appended. All
/// others are sorted first. Values too long for a leaf get their pages at once.
/// </summary>
/// <remarks>
/// While the source is read the map reads as before: what was appended so far is made a part of it at the end. What
/// fails leaves pages behind: the caller rolls back or dooms the transaction.
/// </remarks>
internal sealed class MapLoad
{
    /// <summary>Entries held back before it is decided how they go on.</summary>
    private const int TrialEntries = 4096;

    /// <summary>Up to so many are put in one by one: to append bottom-up reads and writes the map's edge.</summary>
    private const int FewEntries = 256;

    private readonly PageWriter _pages;
    private readonly PageAddress _map;
    private readonly RunSorter _sorter;
    private readonly LoadRule _rule;
    private readonly DuplicateError? _duplicate;
    private readonly LoadWatch _watch;
    private readonly byte[] _previous = new byte[BTree.MaxKeyBytes];
    private int _previousLength = -1;
    private MapLoader? _appender;
    private bool _isTrial = true;
    private long _added;

    /// <summary>Starts on a map.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="map">The map.</param>
    /// <param name="sorter">Sorts what has to be, newest first where the rule is to replace.</param>
    /// <param name="rule">What becomes of keys that are there.</param>
    /// <param name="duplicate">The error when they are refused.</param>
    /// <param name="watch">Is told what was found and written.</param>
    public MapLoad(
        PageWriter pages,
        PageAddress map,
        RunSorter sorter,
        LoadRule rule,
        DuplicateError? duplicate,
        LoadWatch watch)
    {
        (_pages, _map, _sorter) = (pages, map, sorter);
        (_rule, _duplicate, _watch) = (rule, duplicate, watch);
    }

    /// <summary>Takes an entry.</summary>
    /// <exception cref="LimitExceededException">The key or the value is too long.</exception>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        BTree.CheckLimits(key.Length, value.Length);
        _watch.Found(1);
        if (_appender is not null && _appender.IsAbove(key))
        {
            Append(key, value, isReference: false);
            return;
        }

        Hold(key, value);
        if (_isTrial && (_sorter.Count >= TrialEntries || _sorter.Block.IsHalfFull))
        {
            EndTrial();
        }
    }

    /// <summary>Puts in what was held back; returns how many keys were added that were not there.</summary>
    public long Complete()
    {
        _appender?.Complete();
        if (_appender is not null && _sorter is { RunsWritten: 0, Block.Count: 0 })
        {
            return _added;
        }

        // What was held after an appended entry came after it, also where their keys are equal.
        var loader = _isTrial && _sorter.Count <= FewEntries ? null : new MapLoader(_pages, _map);
        var items = _sorter.Open(_watch.Step);
        while (items.MoveNext())
        {
            Place(loader, items.Current);
            _watch.Wrote();
        }

        loader?.Complete();
        return _added;
    }

    private void Hold(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (BTree.IsInline(key.Length, value.Length))
        {
            _sorter.Add(key, value);
            return;
        }

        Span<byte> reference = stackalloc byte[OverflowReference.Bytes];
        Layout.At<OverflowReference>(reference, 0) = OverflowChain.Write(_pages, value);
        _sorter.Add(key, reference, isMarked: true);
    }

    private void EndTrial()
    {
        _isTrial = false;
        var loader = _sorter.IsAscending ? new MapLoader(_pages, _map) : null;
        if (loader is null || !loader.IsAbove(_sorter.Block.First.Key))
        {
            return;
        }

        _appender = loader;
        var items = _sorter.Open();
        while (items.MoveNext())
        {
            var item = items.Current;
            Append(item.Key, item.Payload, item.IsMarked);
        }

        _sorter.Block.Clear();
    }

    private void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isReference)
    {
        _appender!.Store(key, value, isReference, replaces: false);
        _added++;
        _watch.Wrote();
    }

    private void Place(MapLoader? loader, in SortItem item)
    {
        var key = item.Key;
        if (_previousLength >= 0 && key.SequenceEqual(_previous.AsSpan(0, _previousLength)))
        {
            Skip(item);
            return;
        }

        key.CopyTo(_previous);
        _previousLength = key.Length;
        var replaces = _rule == LoadRule.Replace;
        var existed = loader?.Store(key, item.Payload, item.IsMarked, replaces)
            ?? BTree.Store(_pages, _map, key, item.Payload, replaces, item.IsMarked);
        if (!existed)
        {
            _added++;
        }
        else if (!replaces)
        {
            Skip(item);
        }
    }

    // Of equal keys the one that stays comes first.
    private void Skip(in SortItem item)
    {
        if (_rule == LoadRule.Refuse)
        {
            throw _duplicate!(item.Key);
        }

        if (item.IsMarked)
        {
            OverflowChain.Free(_pages, Layout.At<OverflowReference>(item.Payload, 0));
        }
    }
}

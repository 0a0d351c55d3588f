using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Appends entries in ascending key order to a map, bottom-up, pages 95 % full. Each page is filled in memory and
/// written once; the page after it is allocated then, so that links need no second write. What fails dooms the
/// transaction.
/// </summary>
/// <remarks>
/// The last node of each level of a map that is not empty is filled further, in memory: until the end the map reads as
/// it was.
/// </remarks>
internal sealed class MapBuilder
{
    private const int FullBytes = NodeLayout.CapacityBytes * 95 / 100;

    private readonly PageWriter _pages;
    private readonly PageAddress _address;
    private readonly List<Level> _levels = [];
    private readonly List<OldNode> _oldNodes = [];
    private readonly byte[] _lastKey = new byte[BTree.KeyRoom];
    private int _lastLength;
    private MapState _state;

    /// <summary>Starts on a map, which nobody else changes until <see cref="Complete"/>.</summary>
    public MapBuilder(PageWriter pages, PageAddress state)
    {
        (_pages, _address, _state) = (pages, state, BTree.ReadState(pages, state));
        var position = _state.Root;
        for (int level = _state.Height - 1; level >= 0; level--)
        {
            position = LoadLast(position, level);
        }

        _levels.Reverse();
    }

    /// <summary>The last key of the map with what was appended; there must be one.</summary>
    public ReadOnlySpan<byte> LastKey => _lastKey.AsSpan(0, _lastLength);

    /// <summary>Appends an entry; its key must be greater than the last one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, or an <see cref="OverflowReference"/> to the chain that holds it.</param>
    /// <param name="isReference">Whether the value is a reference.</param>
    /// <exception cref="ArgumentException">The key is not greater than the last one; nothing was changed.</exception>
    /// <exception cref="LimitExceededException">The key or the value is too long; nothing was changed.</exception>
    public void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isReference = false)
    {
        BTree.CheckLimits(key.Length, value.Length);
        if (_state.Count > 0 && key.SequenceCompareTo(LastKey) <= 0)
        {
            throw new ArgumentException("Keys must be appended in ascending order.", nameof(key));
        }

        long changes = _pages.ChangeCount;
        try
        {
            Span<byte> reference = stackalloc byte[OverflowReference.Bytes];
            Append(0, BTree.MakeEntry(_pages, ref _state, key, value, isReference, reference), PagePos.Nil);
            key.CopyTo(_lastKey);
            _lastLength = key.Length;
            _state.Count++;
        }
        catch (Exception exception) when (_pages.ChangeCount != changes)
        {
            _pages.Doom(exception);
            throw;
        }
    }

    /// <summary>Links the last nodes and writes the state.</summary>
    public void Complete()
    {
        if (_state.Count == 0)
        {
            return;
        }

        try
        {
            foreach (var old in _oldNodes)
            {
                Write(old.Node, old.Position, old.Previous, old.Next);
            }

            foreach (var level in _levels)
            {
                Write(level.Page, level.Position, level.Previous, PagePos.Nil);
            }

            _state.Root = _levels[^1].Position;
            _state.Height = (byte)_levels.Count;
            BTree.WriteState(_pages, _address, _state);
            AppendHints.Forget(_pages, _address, _state.Root);
        }
        catch (Exception exception)
        {
            _pages.Doom(exception);
            throw;
        }
    }

    /// <summary>Appends to a level, which starts with the given first child when it does not exist yet.</summary>
    private void Append(int number, in NodeEntry entry, PagePos firstChild)
    {
        if (number == _levels.Count)
        {
            var first = number == 0 ? entry : new NodeEntry { Key = entry.Key, Child = firstChild };
            _levels.Add(new Level(number, Allocate(number)));
            _levels[number].Start(first);
            if (number == 0)
            {
                return;
            }
        }

        var level = _levels[number];
        if (TryAppend(level, entry))
        {
            return;
        }

        var finished = level.Position;
        var next = Allocate(number);
        int separatorLength = number == 0 ? SeparatorLength(entry.Key) : entry.Key.Length;
        Finish(level, next);
        level.Reset(next);
        level.Start(entry);
        Append(number + 1, new NodeEntry { Key = entry.Key[..separatorLength], Child = next }, finished);
    }

    private int SeparatorLength(ReadOnlySpan<byte> key) =>
        key.CommonPrefixLength(LastKey) + 1;

    [SkipLocalsInit]
    private static bool TryAppend(Level level, in NodeEntry entry)
    {
        bool isLeaf = level.Number == 0;
        var node = new NodeView(level.Page, level.Position, level.Number);
        int suffixLength = entry.Key.Length - node.PrefixLength;
        int bytes = isLeaf
            ? 10 + NodeLayout.LeafCellBytes(suffixLength, entry.Payload.Length)
            : 18 + NodeLayout.BranchCellBytes(suffixLength);
        bool isFull = node.UsedBytes + bytes > FullBytes;
        if (!isFull && NodeEdit.TryInsert(level.Page, node.Count, entry, isLeaf))
        {
            return true;
        }

        // Another prefix; also a page that is full for its prefix may have been started with too long a one.
        if (isFull && entry.Key.StartsWith(node.Prefix))
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[Page.Size];
        level.Page.CopyTo(copy);
        var entries = new NodeEntries(new NodeView(copy, level.Position, level.Number), node.Count, entry, false);
        if (!entries.Fit(0, entries.Count, FullBytes))
        {
            return false;
        }

        entries.Build(level.Page, 0, entries.Count);
        return true;
    }

    private PagePos Allocate(int level)
    {
        if (level == BTree.MaxHeight)
        {
            throw new LimitExceededException("Levels of a map", BTree.MaxHeight, level + 1, "Use a second map.");
        }

        using var page = _pages.Allocate(level == 0 ? PageType.MapLeaf : PageType.MapBranch, (byte)level);
        return page.Position;
    }

    /// <summary>Copies the last node of a level; returns its last child.</summary>
    private PagePos LoadLast(PagePos position, int number)
    {
        using var page = _pages.Read(position);
        var node = new NodeView(page.Bytes, position, number);
        if (!node.Next.IsNil)
        {
            MapErrors.ThrowNode(position, "the last node of its level", "one with a next node");
        }

        _levels.Add(new Level(number, position, page.Bytes));
        if (number > 0)
        {
            return node.Child(node.Count - 1);
        }

        _lastLength = node.CopyKey(node.Count - 1, _lastKey);
        return PagePos.Nil;
    }

    private void Finish(Level level, PagePos next)
    {
        if (level.IsOld)
        {
            // Written now, it would lead readers to nodes that are not there yet.
            _oldNodes.Add(new(level.Page.ToArray(), level.Position, level.Previous, next));
        }
        else
        {
            Write(level.Page, level.Position, level.Previous, next);
        }
    }

    private void Write(byte[] node, PagePos position, PagePos previous, PagePos next)
    {
        using var page = _pages.Write(position);
        node.AsSpan(PageHeader.Bytes).CopyTo(page.Payload);
        page.Header.ItemCount = Layout.At<PageHeader>(node, 0).ItemCount;
        page.Header.Previous = previous;
        page.Header.Next = next;
    }

    /// <summary>A node that was the last of its level, full now.</summary>
    private sealed record OldNode(byte[] Node, PagePos Position, PagePos Previous, PagePos Next);

    /// <summary>The page that a level is being filled in.</summary>
    private sealed class Level(int number, PagePos position)
    {
        /// <summary>Goes on with a node that is there.</summary>
        public Level(int number, PagePos position, ReadOnlySpan<byte> page)
            : this(number, position)
        {
            page.CopyTo(Page);
            Previous = Layout.At<PageHeader>(page, 0).Previous;
            IsOld = true;
        }

        public bool IsOld { get; private set; }

        public int Number => number;

        public byte[] Page { get; } = new byte[Paging.Page.Size];

        public PagePos Position { get; private set; } = position;

        public PagePos Previous { get; private set; } = PagePos.Nil;

        /// <summary>Goes on to the next page.</summary>
        public void Reset(PagePos next)
        {
            (Previous, Position, IsOld) = (Position, next, false);
            Array.Clear(Page);
        }

        /// <summary>Puts the first entry into the page.</summary>
        public void Start(in NodeEntry entry)
        {
            ref var header = ref Layout.At<PageHeader>(Page.AsSpan(), 0);
            header.Type = number == 0 ? PageType.MapLeaf : PageType.MapBranch;
            header.Level = (byte)number;
            NodeEdit.Initialize(Page, entry.Key);
            NodeEdit.TryInsert(Page, 0, entry, number == 0);
        }
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// The last leaves of the maps that the running transaction appends to, so that an ascending load neither descends nor
/// searches. A hint lives with its transaction and dies with any change that may move the map's last leaf.
/// </summary>
/// <remarks>
/// A map's state may move within the transaction, with the items of a list: so a change at one place also ends the
/// hints of other places with the same root.
/// </remarks>
internal sealed class AppendHints
{
    /// <summary>Maps remembered at a time: a collection and its indexes, usually.</summary>
    private const int MaxMaps = 8;

    private readonly List<Hint> _hints = [];
    private int _next;

    /// <summary>The hint of a map, or null.</summary>
    public static Hint? Find(PageWriter pages, PageAddress map)
    {
        if (pages.Memory is AppendHints hints)
        {
            foreach (var hint in hints._hints)
            {
                if (hint.Map == map)
                {
                    return hint;
                }
            }
        }

        return null;
    }

    /// <summary>Remembers the last leaf of a map, and a key that no key of the map is above.</summary>
    public static void Remember(
        PageWriter pages, PageAddress map, PagePos root, PagePos leaf, ReadOnlySpan<byte> lastKey)
    {
        if (pages.Memory is not AppendHints hints)
        {
            pages.Memory = hints = new AppendHints();
        }

        var hint = Find(pages, map);
        hints.Forget(map, root);
        hint ??= hints.Add();

        hint.Map = map;
        hint.Root = root;
        hint.Leaf = leaf;
        hint.SetLastKey(lastKey);
    }

    /// <summary>Forgets a map whose last leaf may be another one now.</summary>
    public static void Forget(PageWriter pages, PageAddress map, PagePos root) =>
        (pages.Memory as AppendHints)?.Forget(map, root);

    private void Forget(PageAddress map, PagePos root)
    {
        foreach (var hint in _hints)
        {
            if (hint.Map == map || hint.Root == root)
            {
                (hint.Map, hint.Root) = (default, default);
            }
        }
    }

    private Hint Add()
    {
        if (_hints.Count < MaxMaps)
        {
            _hints.Add(new Hint());
            return _hints[^1];
        }

        _next = (_next + 1) % MaxMaps;
        return _hints[_next];
    }

    /// <summary>Where a map ends.</summary>
    internal sealed class Hint
    {
        private byte[] _lastKey = new byte[64];
        private int _lastLength;

        /// <summary>The map; no map while forgotten.</summary>
        public PageAddress Map { get; set; }

        /// <summary>Its root.</summary>
        public PagePos Root { get; set; }

        /// <summary>Its last leaf.</summary>
        public PagePos Leaf { get; set; }

        /// <summary>A key that no key of the map is above.</summary>
        public ReadOnlySpan<byte> LastKey => _lastKey.AsSpan(0, _lastLength);

        /// <summary>Sets the last key.</summary>
        public void SetLastKey(ReadOnlySpan<byte> key)
        {
            if (_lastKey.Length < key.Length)
            {
                _lastKey = new byte[BTree.MaxKeyBytes];
            }

            key.CopyTo(_lastKey);
            _lastLength = key.Length;
        }
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Finds structures by their states, follows and verifies them, and looks for further states in their items: a list of
/// lists of lists. Each page goes to one owner, so nothing is followed twice and nothing goes round. Holds no pin
/// between pages; remembers a queue of the structures it has not followed yet.
/// </summary>
/// <remarks>Text and the values of maps are not searched: no state can lie there.</remarks>
internal sealed class StateScan
{
    /// <summary>Name of the owner of the free pages.</summary>
    public const string FreeOwner = "free";

    private readonly PageReader _pages;
    private readonly PageOwners _owners;
    private readonly Action<string, long> _advance;
    private readonly Queue<(PageOwner Owner, ChainState Chain)> _queue = new();
    private readonly byte[] _page = new byte[Page.Size];
    private long _visited;

    /// <summary>Prepares a scan.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="owners">Receives the pages; should know the free ones already.</param>
    /// <param name="advance">Called for progress with what is looked at and the pages so far; may cancel by throwing.
    /// </param>
    public StateScan(PageReader pages, PageOwners owners, Action<string, long> advance) =>
        (_pages, _owners, _advance) = (pages, owners, advance);

    /// <summary>Follows the structure whose state is known to be at a place, and all that it leads to.</summary>
    /// <returns>The structure; null when it is empty.</returns>
    /// <exception cref="CorruptDatabaseException">Something does not hold.</exception>
    public PageOwner? Follow(PageAddress address, string name)
    {
        ReadOnlySpan<byte> bytes = Load(address.Page);
        var chain = Layout.At<ChainState>(bytes, address.Offset);
        var map = Layout.At<MapState>(bytes, address.Offset);
        if (!bytes.Slice(address.Offset, ChainState.Bytes).ContainsAnyExcept((byte)0))
        {
            return null;
        }

        if (!StateShape.IsSound(in chain, in map, _owners.PageCount))
        {
            throw new CorruptDatabaseException(
                name, address.Page.Value, "the state of a structure", "bytes that are none");
        }

        var owner = Enqueue(name, address, in chain, in map);
        Run();
        return owner;
    }

    /// <summary>Follows the structures whose states lie in a page of the program's.</summary>
    /// <param name="position">The page; its owner is known.</param>
    /// <param name="from">First byte that is the program's.</param>
    /// <exception cref="CorruptDatabaseException">Something does not hold.</exception>
    public void FollowAllIn(PagePos position, int from)
    {
        Load(position);
        FindStates(position, from, Page.Size);
        Run();
    }

    private void Run()
    {
        while (_queue.TryDequeue(out var next))
        {
            if (FindOriginal(next.Owner, next.Chain.Front) is { } original)
            {
                next.Owner.CopyOf = original;
            }
            else if (next.Owner.Kind == StateKind.Map)
            {
                _advance(_owners.Describe(next.Owner), _visited);
                BTree.Check(_pages, next.Owner.State, position => _owners.Add(position, next.Owner));
                _visited += next.Owner.Pages;
            }
            else
            {
                WalkChain(next.Owner, next.Chain);
            }
        }
    }

    // An item that was copied took the state in it along. That is no damage, as long as nobody writes through both:
    // the first page, where every state of both kinds begins, belongs to a structure that begins there too.
    private PageOwner? FindOriginal(PageOwner owner, PagePos first) =>
        owner.Name is null && _owners.OwnerOf(first) is { } other && other.Kind == owner.Kind
            && _owners.OrdinalOf(first) == 1
            ? other
            : null;

    private void WalkChain(PageOwner owner, ChainState chain)
    {
        var (position, previous, items) = (chain.Front, PagePos.Nil, 0L);
        for (var i = 0L; i < chain.PageCount; i++)
        {
            if (_visited++ % 256 == 0)
            {
                _advance(_owners.Describe(owner), _visited);
            }

            if (position.IsNil)
            {
                throw Damage(owner, previous, $"{chain.PageCount} pages", $"{i}");
            }

            _owners.Add(position, owner);
            Load(position);
            var header = Layout.At<PageHeader>((ReadOnlySpan<byte>)_page, 0);
            RequireLinked(owner, in header, position, previous);
            items += owner.HasItems ? header.ItemCount : 0;
            SearchItems(owner, in header, position);
            (previous, position) = (position, header.Next);
        }

        if (!position.IsNil || previous != chain.Back)
        {
            throw Damage(owner, previous, $"{chain.Back} to be the last page", $"{previous}, then {position}");
        }

        if (items != chain.ItemCount)
        {
            throw Damage(owner, chain.Front, $"{chain.ItemCount} items", $"{items}");
        }
    }

    private void RequireLinked(PageOwner owner, in PageHeader header, PagePos position, PagePos previous)
    {
        var type = StateShape.PageTypeOf(owner.Kind);
        if (header.Type != type)
        {
            throw Damage(owner, position, $"a page of type {type}", $"{header.Type}");
        }

        if (header.Previous != previous)
        {
            throw Damage(owner, position, $"{previous} as the previous page", $"{header.Previous}");
        }

        if (owner.HasItems && header.ItemTag != ItemPages.TagOf(owner.Kind, owner.ItemBytes))
        {
            throw Damage(
                owner,
                position,
                $"the tag of a {owner.KindText} of items of {owner.ItemBytes} bytes",
                $"{header.ItemTag}");
        }

        if (owner.HasItems && (header.ItemCount == 0 || header.ItemCount > Page.PayloadBytes / owner.ItemBytes))
        {
            throw Damage(
                owner, position, $"1 to {Page.PayloadBytes / owner.ItemBytes} items", $"{header.ItemCount}");
        }
    }

    private void SearchItems(PageOwner owner, in PageHeader header, PagePos position)
    {
        if (owner.Kind == StateKind.LinkedPages)
        {
            FindStates(position, Page.HeaderBytes, Page.Size);
        }
        else if (owner.Kind != StateKind.Text)
        {
            FindStates(position, Page.HeaderBytes, Page.HeaderBytes + (header.ItemCount * owner.ItemBytes));
        }
    }

    // Bytes of a program can look like a state by chance, or be an old copy of one: a free page is no structure's.
    private void FindStates(PagePos position, int from, int to) =>
        StateShape.FindAll(
            _page,
            from,
            to,
            _owners.PageCount,
            (end, type, isFirst, isLast) => !IsFree(end) && HasEnds(end, type, isFirst, isLast),
            (at, in chain, in map) => Enqueue(null, new(position, at), in chain, in map));

    private bool HasEnds(PagePos position, PageType type, bool isFirst, bool isLast)
    {
        using var page = _pages.Read(position);
        ref readonly var header = ref page.Header;
        return header.Type == type && (!isFirst || header.Previous.IsNil) && (!isLast || header.Next.IsNil);
    }

    private bool IsFree(PagePos position) => _owners.OwnerOf(position) is { Name: FreeOwner };

    private PageOwner Enqueue(string? name, PageAddress address, in ChainState chain, in MapState map)
    {
        var owner = _owners.Begin(name, chain.Kind, address);
        (owner.Items, owner.ItemBytes) =
            chain.Kind == StateKind.Map ? (map.Count, 0) : (chain.ItemCount, chain.ItemBytes);
        _queue.Enqueue((owner, chain));
        return owner;
    }

    private byte[] Load(PagePos position)
    {
        using var page = _pages.Read(position);
        page.Bytes.CopyTo(_page);
        return _page;
    }

    private CorruptDatabaseException Damage(
        PageOwner owner, PagePos position, FormattableString expected, FormattableString found) =>
        new(
            _owners.Describe(owner),
            position.Value,
            FormattableString.Invariant(expected),
            FormattableString.Invariant(found));
}

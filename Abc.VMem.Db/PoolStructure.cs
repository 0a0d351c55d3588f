using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Paging;

/// <summary>A structure that a check found in a pool.</summary>
public sealed class PoolStructure
{
    private readonly PageOwners _owners;
    private readonly PageOwner _owner;

    internal PoolStructure(PageOwners owners, PageOwner owner) => (_owners, _owner) = (owners, owner);

    /// <summary>Which structure it is: list of pages, container, list, stack, string or map.</summary>
    public string Kind => _owner.KindText;

    /// <summary>Where its state is.</summary>
    public PageAddress State => _owner.State;

    /// <summary>
    /// Where its state is in words, such as "start page byte 128", or "item 3 on page 7 byte 16 of the list at start
    /// page byte 128".
    /// </summary>
    public string Place => _owners.PlaceOf(_owner.State);

    /// <summary>What the catalog calls it, such as "collection 'people'"; null when only its place names it.</summary>
    public string? Name => _owner.Name;

    /// <summary>Items, entries of a map, or bytes of a string; 0 for a list of pages.</summary>
    public long Items => _owner.Items;

    /// <summary>Pages, those of long values of a map included.</summary>
    public long Pages => _owner.Pages;

    /// <summary>Bytes of an item; 0 where items have no fixed size.</summary>
    public int ItemBytes => _owner.ItemBytes;

    /// <summary>Name or kind and place, items and pages.</summary>
    public override string ToString() => _owners.Describe(_owner)
        + FormattableString.Invariant($": {Items} items")
        + (ItemBytes > 0 ? FormattableString.Invariant($" of {ItemBytes} bytes") : "")
        + FormattableString.Invariant($" in {Pages} pages");
}

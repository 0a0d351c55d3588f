using System.Text;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Which page belongs to what: each page to one owner. Takes 8 bytes a page, and about 100 for each structure.
/// </summary>
internal sealed class PageOwners
{
    // A place inside a list inside a list… is told up to this depth.
    private const int ToldDepth = 16;

    private readonly List<PageOwner> _owners = [];
    private readonly int[] _numbers;
    private readonly uint[] _ordinals;

    /// <summary>Begins with no page owned.</summary>
    /// <param name="pageCount">Pages of the pool.</param>
    public PageOwners(long pageCount) => (_numbers, _ordinals) = (new int[pageCount], new uint[pageCount]);

    /// <summary>Pages of the pool.</summary>
    public long PageCount => _numbers.LongLength;

    /// <summary>Pages owned.</summary>
    public long Count { get; private set; }

    /// <summary>All owners, in the order they were found.</summary>
    public IReadOnlyList<PageOwner> All => _owners;

    /// <summary>Adds an owner of no pages yet: a purpose.</summary>
    public PageOwner Begin(string name) => Begin(name, StateKind.None, default);

    /// <summary>Adds an owner of no pages yet: a structure.</summary>
    /// <param name="name">What it is called; null = after its place.</param>
    /// <param name="kind">Which structure.</param>
    /// <param name="state">Where its state is.</param>
    public PageOwner Begin(string? name, StateKind kind, PageAddress state)
    {
        var owner = new PageOwner(_owners.Count + 1, name, kind, state);
        _owners.Add(owner);
        return owner;
    }

    /// <summary>Whether the pool has such a page.</summary>
    public bool IsInside(PagePos position) => (ulong)position.Value < (ulong)PageCount;

    /// <summary>Whether the page is in the pool and belongs to something.</summary>
    public bool Contains(PagePos position) => IsInside(position) && _numbers[position.Value] != 0;

    /// <summary>What a page of the pool belongs to; null = nothing.</summary>
    public PageOwner? OwnerOf(PagePos position) =>
        _numbers[position.Value] is > 0 and var number ? _owners[number - 1] : null;

    /// <summary>Number of a page among those of its owner, from 1.</summary>
    public long OrdinalOf(PagePos position) => _ordinals[position.Value];

    /// <summary>Notes a page.</summary>
    /// <exception cref="CorruptDatabaseException">
    /// It lies outside the pool, or belongs to something else already.
    /// </exception>
    public void Add(PagePos position, PageOwner owner)
    {
        if (!IsInside(position))
        {
            throw new CorruptDatabaseException(
                Describe(owner),
                position.Value,
                FormattableString.Invariant($"a page below {PageCount}"),
                "one beyond the end");
        }

        if (OwnerOf(position) is { } other)
        {
            throw new CorruptDatabaseException(
                Describe(owner),
                position.Value,
                "a page of its own",
                other == owner ? "one that it uses twice" : $"one that is used twice, also by: {Describe(other)}");
        }

        _numbers[position.Value] = owner.Number;
        _ordinals[position.Value] = (uint)Math.Min(++owner.Pages, uint.MaxValue);
        Count++;
    }

    /// <summary>Takes all pages of an owner back; it stays known, with no pages.</summary>
    public void Withdraw(PageOwner owner)
    {
        for (var at = 0L; owner.Pages > 0 && at < PageCount; at++)
        {
            if (_numbers[at] == owner.Number)
            {
                _numbers[at] = 0;
                owner.Pages--;
                Count--;
            }
        }
    }

    /// <summary>What an owner is called: its name, or its kind and place.</summary>
    public string Describe(PageOwner owner) =>
        owner.Name ?? $"{owner.KindText} at {PlaceOf(owner.State)}";

    /// <summary>Where a state is, in words, such as "item 3 on page 7 byte 16 of the list at start page byte
    /// 128".</summary>
    public string PlaceOf(PageAddress address)
    {
        var text = new StringBuilder();
        for (var depth = 0; AppendPlace(text, ref address); depth++)
        {
            if (depth == ToldDepth)
            {
                return text.Append('…').ToString();
            }
        }

        return text.ToString();
    }

    // Appends one step; true when a structure around it is to be placed next.
    private bool AppendPlace(StringBuilder text, ref PageAddress address)
    {
        var owner = IsInside(address.Page) ? OwnerOf(address.Page) : null;
        if (address.Page == PagePos.Start)
        {
            text.Append(FormattableString.Invariant($"start page byte {address.Offset}"));
            return false;
        }

        if (owner is null || owner.Kind == StateKind.None)
        {
            text.Append(FormattableString.Invariant($"page {address.Page} byte {address.Offset}"));
            return false;
        }

        if (owner.HasItems && owner.ItemBytes > 0)
        {
            var (item, bytes) = Math.DivRem(address.Offset - Page.HeaderBytes, owner.ItemBytes);
            text.Append(FormattableString.Invariant($"item {item} on page {address.Page} byte {bytes}"));
        }
        else
        {
            text.Append(FormattableString.Invariant($"page {address.Page} byte {address.Offset}"));
        }

        address = owner.State;
        text.Append(" of the ").Append(owner.Name ?? owner.KindText + " at ");
        return owner.Name is null;
    }
}

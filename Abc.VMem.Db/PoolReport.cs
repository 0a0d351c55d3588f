using System.Text;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Paging;

/// <summary>What a check found in a pool: when there is a report, everything held; at most, pages leaked.</summary>
/// <remarks>It holds 8 bytes for each page, so that any of them can be explained.</remarks>
public sealed class PoolReport
{
    /// <summary>Name of the owner of the pages that the program allocated for itself.</summary>
    internal const string ProgramOwner = "page of the program's own";

    private const int ToldLeaks = 20;

    private readonly PageOwners _owners;
    private readonly Dictionary<PagePos, PageType> _leaked;

    internal PoolReport(PageOwners owners, long freePages, Dictionary<PagePos, PageType> leaked)
    {
        (_owners, FreePages, _leaked) = (owners, freePages, leaked);
        LeakedPages = [.. leaked.Keys.Order()];
        Structures = [.. owners.All
            .Where(owner => owner.Kind != StateKind.None && owner.Pages > 0)
            .Select(owner => new PoolStructure(owners, owner))];
        CopiedStates = [.. owners.All
            .Where(owner => owner.CopyOf is not null)
            .Select(owner => (owner.State, owner.CopyOf!.State))];
        ProgramPages = [.. Positions(owners, owner => owner.Name == ProgramOwner)];
    }

    /// <summary>Pages of the pool, the root page and the start page included.</summary>
    public long PageCount => _owners.PageCount;

    /// <summary>Pages that are free.</summary>
    public long FreePages { get; }

    /// <summary>The structures that were found and are not empty.</summary>
    public IReadOnlyList<PoolStructure> Structures { get; }

    /// <summary>
    /// States that are copies of another structure's state, and where that one is: an item with a state in it was
    /// copied. Changing the structure through one of them makes the other one wrong.
    /// </summary>
    public IReadOnlyList<(PageAddress Copy, PageAddress Original)> CopiedStates { get; }

    /// <summary>Pages that the program allocated for itself, in order.</summary>
    public IReadOnlyList<PagePos> ProgramPages { get; }

    /// <summary>Pages that are neither free nor reached from the start page, in order.</summary>
    public IReadOnlyList<PagePos> LeakedPages { get; }

    /// <summary>Whether every page is used or free.</summary>
    public bool IsWhole => LeakedPages.Count == 0;

    /// <summary>
    /// What a page is, in one line, such as "page 2 of 5 of the list at start page byte 128", "free" or "root page".
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page.</exception>
    public string Explain(PagePos position)
    {
        if (!_owners.IsInside(position))
        {
            throw new ArgumentOutOfRangeException(
                nameof(position), position, FormattableString.Invariant($"The pool has pages 0 to {PageCount - 1}."));
        }

        var owner = _owners.OwnerOf(position);
        return owner is null
            ? $"leaked: type {_leaked[position]}"
            : owner.Kind == StateKind.None
                ? owner.Name!
                : FormattableString.Invariant($"page {_owners.OrdinalOf(position)} of {owner.Pages} of the ")
                    + _owners.Describe(owner);
    }

    /// <summary>The figures, each structure and the first leaks, one in a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant($"{PageCount} pages: {FreePages} free, {ProgramPages.Count} "))
            .Append(FormattableString.Invariant($"of the program's own, {LeakedPages.Count} leaked"));
        foreach (var structure in Structures)
        {
            text.AppendLine().Append(structure);
        }

        foreach (var (copy, original) in CopiedStates)
        {
            text.AppendLine().Append($"the state at {_owners.PlaceOf(copy)} is a copy of that at ")
                .Append(_owners.PlaceOf(original));
        }

        foreach (var leak in LeakedPages.Take(ToldLeaks))
        {
            text.AppendLine().Append(FormattableString.Invariant($"page {leak}: {Explain(leak)}"));
        }

        return text.ToString();
    }

    private static IEnumerable<PagePos> Positions(PageOwners owners, Func<PageOwner, bool> choose)
    {
        var chosen = owners.All.Where(choose).Sum(owner => owner.Pages);
        for (var at = 0L; chosen > 0 && at < owners.PageCount; at++)
        {
            if (owners.OwnerOf(new(at)) is { } owner && choose(owner))
            {
                chosen--;
                yield return new(at);
            }
        }
    }
}

using System.Collections;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A doubly linked list of pages whose content is the program's, to read.</summary>
/// <remarks>
/// Constructed from a pool, it may be used from many threads: each call reads the last committed state. Constructed
/// from a transaction or snapshot it belongs to that. Pages are named by their positions;
/// <see cref="PagePos.Nil"/> is both edges of the list.
/// </remarks>
public class LinkedPagesView : IReadOnlyCollection<PagePos>
{
    /// <summary>Prepares to read; the file is not touched yet.</summary>
    /// <param name="pages">Where to read: a pool, a transaction or a snapshot.</param>
    /// <param name="state">Where its state is.</param>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public LinkedPagesView(PageSource pages, PageAddress state) =>
        Chain = new(
            pages, new LocatedChain(new AddressLocator(pages, state, StateKind.LinkedPages), StateKind.LinkedPages, 0));

    internal LinkedPagesView(PageSource pages, ChainHome home) => Chain = new(pages, home);

    /// <summary>Pages in the list.</summary>
    /// <exception cref="ArgumentException">Another structure is at its place.</exception>
    public long Count => Chain.Read(0, static (pages, in state, _) => (long)state.PageCount);

    /// <summary>The first page; nil when there is none.</summary>
    public PagePos First => Chain.Read(0, static (pages, in state, _) => LinkedChain.Front(in state));

    /// <summary>The last page; nil when there is none.</summary>
    public PagePos Last => Chain.Read(0, static (pages, in state, _) => LinkedChain.Back(in state));

    /// <summary>Where the list is read: the pool, transaction or snapshot that it was constructed from.</summary>
    public PageSource Source => Chain.Source;

    /// <inheritdoc/>
    int IReadOnlyCollection<PagePos>.Count => checked((int)Count);

    internal ChainAccess Chain { get; }

    /// <summary>The page after one; nil after the last; the first after nil.</summary>
    /// <exception cref="InvalidOperationException">The page is not in the list.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page.</exception>
    public PagePos Next(PagePos page) =>
        Chain.Read(page, static (pages, in state, page) =>
            page.IsNil
                ? LinkedChain.Front(in state)
                : LinkedChain.RequireMember(pages, in state, page, nameof(page)).Next);

    /// <summary>The page before one; nil before the first; the last before nil.</summary>
    /// <inheritdoc cref="Next" path="/exception"/>
    public PagePos Previous(PagePos page) =>
        Chain.Read(page, static (pages, in state, page) =>
            page.IsNil
                ? LinkedChain.Back(in state)
                : LinkedChain.RequireMember(pages, in state, page, nameof(page)).Previous);

    /// <summary>
    /// Walks the pages as of the start; in a transaction, pages ahead are seen as they are when the walk comes there.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Moving on, in a transaction: the page where the walk stands has left the list.
    /// </exception>
    public IEnumerator<PagePos> GetEnumerator() => Walk(isBackward: false).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The pages from the last to the first.</summary>
    public IEnumerable<PagePos> Reverse() => Walk(isBackward: true);

    private IEnumerable<PagePos> Walk(bool isBackward)
    {
        var pages = Chain.Source.EnterRead();
        try
        {
            using var walk = new PageWalk(pages, Chain.Home, isBackward);
            while (walk.MoveNext())
            {
                yield return walk.Page;
            }
        }
        finally
        {
            Chain.Source.ExitRead(pages);
        }
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A persistent, doubly linked list of pages whose content is the program's: the foundation of every structure. Every
/// change writes a page or two, whatever the length of the list.
/// </summary>
/// <remarks>
/// A page can be in one list only, and the list keeps no account of its pages beyond their links: a page of another
/// list is refused where that can be known from the page itself: when it is the first or last one of either, or this
/// list has up to four pages.
/// Removing an inner page of another list damages both lists: their counts are wrong then. <see cref="Pool.Check"/>
/// finds such damage.
/// </remarks>
/// <inheritdoc cref="LinkedPagesView"/>
public class LinkedPages : LinkedPagesView
{
    /// <summary>Prepares to read and write; the file is not touched yet.</summary>
    /// <param name="pages">
    /// Where to read and write: a transaction, or a pool, with which each change is a transaction of its own.
    /// </param>
    /// <param name="state">Where its state is; all zero = an empty list.</param>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public LinkedPages(PageScope pages, PageAddress state)
        : base(pages, state)
    {
    }

    /// <summary>Where it is read and written: the pool or transaction that it was constructed from.</summary>
    public PageScope Scope => Chain.Scope;

    /// <summary>Allocates a page of zeros and links it before all others.</summary>
    /// <returns>Its position.</returns>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public PagePos AddFirst() =>
        Chain.Change(0, static (pages, ref state, _) => LinkNew(pages, ref state, LinkedChain.Front(in state)));

    /// <summary>Allocates a page of zeros and links it behind all others.</summary>
    /// <inheritdoc cref="AddFirst()" path="/returns"/>
    /// <inheritdoc cref="AddFirst()" path="/exception"/>
    public PagePos AddLast() =>
        Chain.Change(0, static (pages, ref state, _) => LinkNew(pages, ref state, PagePos.Nil));

    /// <summary>Links a page that the program allocated before all others.</summary>
    /// <exception cref="InvalidOperationException">The page is none that the program allocated, or is in a list
    /// already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void AddFirst(PagePos page) =>
        Chain.Change(page, static (pages, ref state, page) =>
            LinkOwn(pages, ref state, LinkedChain.Front(in state), page));

    /// <summary>Links a page that the program allocated behind all others.</summary>
    /// <inheritdoc cref="AddFirst(PagePos)" path="/exception"/>
    public void AddLast(PagePos page) => Insert(PagePos.Nil, page);

    /// <summary>Links a page that the program allocated before another one.</summary>
    /// <param name="before">A page of the list, or nil = at the end.</param>
    /// <param name="page">The page.</param>
    /// <exception cref="InvalidOperationException">The one page is not in the list; the other one is none that the
    /// program allocated, or is in a list already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Insert(PagePos before, PagePos page) =>
        Chain.Change((before, page), static (pages, ref state, args) =>
        {
            if (!args.before.IsNil)
            {
                LinkedChain.RequireMember(pages, in state, args.before, nameof(before));
            }

            return LinkOwn(pages, ref state, args.before, args.page);
        });

    /// <summary>Takes a page out of the list and frees it.</summary>
    /// <returns>The page after it, or nil.</returns>
    /// <exception cref="InvalidOperationException">The page is not in the list.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public PagePos Remove(PagePos page) =>
        Chain.Change(page, static (pages, ref state, page) =>
        {
            LinkedChain.RequireMember(pages, in state, page, nameof(page));
            return LinkedChain.Unlink(pages, ref state, page);
        });

    /// <summary>Moves all pages of another list to the end of this one.</summary>
    /// <exception cref="ArgumentException">It is this list, or belongs to another pool or transaction.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Splice(LinkedPages other) => Splice(PagePos.Nil, other);

    /// <summary>Moves all pages of another list into this one.</summary>
    /// <param name="before">A page of this list, or nil = to the end.</param>
    /// <param name="other">The list that is empty then.</param>
    /// <exception cref="ArgumentException">It is this list, or belongs to another pool or transaction.</exception>
    /// <exception cref="InvalidOperationException">The page is not in this list.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Splice(PagePos before, LinkedPages other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Chain.Join(
            other.Chain,
            before,
            static (pages, in state, before) =>
            {
                if (!before.IsNil)
                {
                    LinkedChain.RequireMember(pages, in state, before, nameof(before));
                }

                return 0;
            },
            static (pages, ref state, ref joined, before) =>
            {
                LinkedChain.Splice(pages, ref state, before, ref joined);
                return 0;
            });
    }

    /// <summary>Frees all pages; the last one is allocated again first.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Clear() =>
        Chain.Change(0, static (pages, ref state, _) =>
        {
            LinkedChain.Clear(pages, ref state);
            return 0;
        });

    private static PagePos LinkNew(PageWriter pages, ref ChainState state, PagePos before)
    {
        LinkedChain.RequireRoom(in state, 1);
        using var page = pages.Allocate(PageType.Linked);
        LinkedChain.Link(pages, ref state, before, in page);
        return page.Position;
    }

    private static int LinkOwn(PageWriter pages, ref ChainState state, PagePos before, PagePos position)
    {
        ProgramPages.RequireOwn(pages, position, "page");
        LinkedChain.RequireRoom(in state, 1);
        using var page = pages.Write(position);
        page.Header.Type = PageType.Linked;
        LinkedChain.Link(pages, ref state, before, in page);
        return 0;
    }
}

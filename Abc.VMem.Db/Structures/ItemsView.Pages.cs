using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Items page by page, for a structure that keeps a level above them.</summary>
public abstract partial class ItemsView<T>
{
    /// <summary>The first page; nil when there is none.</summary>
    public PagePos FirstPage => Chain.Read(0, static (pages, in state, _) => ItemPages.First(in state).Page);

    /// <summary>The page after one, or nil.</summary>
    /// <param name="page">A page of this structure.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public PagePos NextPage(PagePos page) =>
        Chain.Read(page, static (pages, in state, page) =>
            ItemPages.RequireItem(pages, in state, new(page, 0), nameof(page)).Next);

    /// <summary>The page before one, or nil.</summary>
    /// <param name="page">A page of this structure.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public PagePos PreviousPage(PagePos page) =>
        Chain.Read(page, static (pages, in state, page) =>
            ItemPages.RequireItem(pages, in state, new(page, 0), nameof(page)).Previous);

    /// <summary>Copies the items of a page.</summary>
    /// <param name="page">A page of this structure.</param>
    /// <param name="destination">Receives them: at most <see cref="PageCapacity"/>.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">It is no page of this structure, or the items don't fit.</exception>
    public int CopyPage(PagePos page, Span<T> destination)
    {
        var args = new PageCopy(page, destination);
        return Chain.Read(args, static (pages, in state, args) =>
        {
            var count = ItemPages.RequireItem(pages, in state, new(args.Page, 0), nameof(page)).Count;
            if (count > args.Destination.Length)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The {count} items of the page don't fit into {args.Destination.Length}."));
            }

            using var found = pages.Read(args.Page);
            Layout.Array<T>(found.Payload, 0, count).CopyTo(args.Destination);
            return count;
        });
    }

    private readonly ref struct PageCopy(PagePos page, Span<T> destination)
    {
        public readonly PagePos Page = page;
        public readonly Span<T> Destination = destination;
    }
}

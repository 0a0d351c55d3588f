using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Pages that a program allocates and points into itself, and its place on the start page.</summary>
internal static class ProgramPages
{
    /// <summary>Where the payload of a page begins.</summary>
    public static PageAddress PayloadOf(PagePos position) => new(position, Page.HeaderBytes);

    /// <summary>
    /// Makes the start page the program's at the first write to a new file; abandons the write when it can't be.
    /// </summary>
    /// <exception cref="InvalidOperationException">A catalog manages the file.</exception>
    public static PageWriter Claim(PageScope scope, PageWriter pages)
    {
        try
        {
            Claim(pages);
            return pages;
        }
        catch
        {
            scope.AbandonWrite(pages);
            throw;
        }
    }

    private static void Claim(PageWriter pages)
    {
        StartPageKind kind;
        using (var start = pages.Read(PagePos.Start))
        {
            kind = Layout.At<ProgramHead>(start.Payload, 0).Kind;
        }

        if (kind == StartPageKind.Catalog)
        {
            throw new InvalidOperationException(
                "This file is managed by the catalog of a database. Change it through VMemDatabase: collections, maps, "
                + "and GetList, GetStack, GetString.");
        }

        if (kind == StartPageKind.Empty)
        {
            using var start = pages.Write(PagePos.Start);
            ref var head = ref Layout.At<ProgramHead>(start.Payload, 0);
            (head.Kind, head.HeadLayout) = (StartPageKind.Program, ProgramHead.CurrentLayout);
        }
    }

    /// <summary>Refuses a start page that is none.</summary>
    /// <exception cref="CorruptDatabaseException">It is of another type.</exception>
    public static void RequireStart(in PageHeader header)
    {
        if (header.Type != PageType.Start)
        {
            throw new CorruptDatabaseException(
                "start page", header.Position.Value, $"type {PageType.Start}", $"type {header.Type}");
        }
    }

    /// <summary>Takes a page of zeros.</summary>
    public static WritablePagePtr Allocate(PageWriter pages)
    {
        var page = pages.Allocate(PageType.Program);
        return new WritablePagePtr(pages, page, PayloadOf(page.Position), Page.HeaderBytes);
    }

    /// <summary>Gives a page back. Its type is cleared, which is how a second attempt is noticed.</summary>
    /// <exception cref="InvalidOperationException">It is no page that the program has.</exception>
    public static void Free(PageWriter pages, PagePos position)
    {
        RequireOwn(pages, position, nameof(position));
        using (var page = pages.Write(position))
        {
            page.Header.Type = PageType.None;
        }

        pages.Free(position);
    }

    /// <summary>Refuses a page that the program has not allocated, or that is in a structure.</summary>
    public static void RequireOwn(PageReader pages, PagePos position, string parameter)
    {
        RequireInside(pages, position, parameter);
        using var page = pages.Read(position);
        var type = page.Header.Type;
        if (type != PageType.Program)
        {
            throw new InvalidOperationException(
                type is PageType.None or PageType.FreeTrunk
                    ? $"Page {position} is free."
                    : $"Page {position} is not one that the program allocated: it belongs to a structure ({type}).");
        }
    }

    /// <summary>Pins a page to read it.</summary>
    public static PagePtr Read(PageReader pages, PageAddress address, SharedSnapshot? snapshot = null)
    {
        RequireInside(pages, address.Page, nameof(address));
        RequirePayload(address);
        var page = pages.Read(address.Page);
        try
        {
            RequireInUse(in page, nameof(address));
            return new PagePtr(pages, page, address, snapshot);
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    /// <summary>Pins a page to change it.</summary>
    public static WritablePagePtr Write(PageWriter pages, PageAddress address)
    {
        RequireInside(pages, address.Page, nameof(address));
        RequirePayload(address);
        using (var page = pages.Read(address.Page))
        {
            if (page.Header.Type is not (PageType.Program or PageType.Linked or PageType.Start)
                || (address.Page == PagePos.Start && address.Offset < ProgramHead.ProgramOffset))
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"Byte {address} is none of the program's own: it writes to the start page from byte ")
                    + FormattableString.Invariant(
                        $"{ProgramHead.ProgramOffset} on, to pages it allocated, and to linked pages."),
                    nameof(address));
            }
        }

        var first = address.Page == PagePos.Start ? ProgramHead.ProgramOffset : Page.HeaderBytes;
        return new WritablePagePtr(pages, pages.Write(address.Page), address, first);
    }

    // What a free page shows is an accident.
    private static void RequireInUse(in PinnedPage page, string parameter)
    {
        if (page.Header.Type is PageType.None or PageType.FreeTrunk)
        {
            throw new ArgumentException($"Page {page.Position} is free.", parameter);
        }
    }

    private static void RequirePayload(PageAddress address)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(address.Offset, Page.HeaderBytes, nameof(address));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address.Offset, Page.Size, nameof(address));
    }

    /// <summary>Refuses a position, named by the caller, where the pool has no page for programs.</summary>
    public static void RequireInside(PageReader pages, PagePos position, string parameter)
    {
        if (!Contains(pages, position))
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                position,
                FormattableString.Invariant($"The pool has pages 1 to {pages.PageCount - 1} for programs."));
        }
    }

    /// <summary>Pins a page that the caller named, if the pool has it.</summary>
    public static bool TryRead(PageReader pages, PagePos position, out PinnedPage page)
    {
        var isThere = Contains(pages, position);
        page = isThere ? pages.Read(position) : default;
        return isThere;
    }

    private static bool Contains(PageReader pages, PagePos position) =>
        position >= PagePos.Start && position.Value < pages.PageCount;
}

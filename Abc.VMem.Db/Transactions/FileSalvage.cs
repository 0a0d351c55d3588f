using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Pages straight from a file that can't be opened as a pool. When page 0 is damaged, the pool's id, which seeds the
/// checksums, is looked for in what is left of it and in the log's headers; when no id verifies a page, pages are taken
/// that name their own position and a type that can be there.
/// </summary>
internal sealed class FileSalvage : SalvageSource, IDisposable
{
    // So many pages have to be tried before an id is given up: the first ones may be the damaged ones.
    private const long PagesTried = 4096;

    // No pool lives to commit so often. A page without a checksum that says so would leave the new file no numbers.
    private const long SequencesEnd = 1L << 44;

    private readonly IStorageFile _file;
    private readonly PageFile? _pages;
    private readonly long _pageCount;
    private readonly long _pagesThere;
    private readonly string? _note;

    /// <summary>Looks at the file.</summary>
    /// <param name="file">It, opened to read; closed with this.</param>
    /// <param name="path">Its path.</param>
    /// <param name="logIds">Pool ids that the headers of the log name.</param>
    /// <exception cref="FormatVersionException">It is no pool, or one of a newer format.</exception>
    public FileSalvage(IStorageFile file, string path, IEnumerable<ulong> logIds)
    {
        _file = file;
        var pagesInFile = file.Length / Page.Size;
        if (TryReadRoot(file, path, out var root) && root.PageCount > PagePos.Start.Value)
        {
            _pages = new PageFile(file, path, root.PoolId);
            _pageCount = root.PageCount;
            _pagesThere = Math.Min(root.PageCount, pagesInFile);
            RefuseNothing(path, _pagesThere);
            return;
        }

        foreach (var id in logIds.Prepend(root.PoolId).Distinct())
        {
            var pages = new PageFile(file, path, id);
            if (CountValid(pages, pagesInFile) > 0)
            {
                _pages = pages;
                break;
            }
        }

        // A newer format may compute checksums in another way: then no page of it verifies.
        var isNewer = _pages is null && root.Signature == RootPageLayout.ExpectedSignature
            && root.FormatVersion > RootPageLayout.CurrentFormatVersion;
        _pageCount = _pagesThere = isNewer ? 0 : LastValid(pagesInFile) + 1;
        RefuseNothing(path, _pagesThere);
        _note = _pages is not null
            ? "Page 0 is damaged: the pool's id was found elsewhere, and its checksums verified."
            : "Page 0 is damaged, and the pool's id is lost with it: no checksum could be verified. Pages were taken "
                + "that name their own position and a type that can be there.";
    }

    /// <inheritdoc/>
    public override long PageCount => _pageCount;

    /// <inheritdoc/>
    public override long PagesThere => _pagesThere;

    /// <inheritdoc/>
    public override bool HasLog => false;

    /// <summary>Why the file could not be opened.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public override string? Note => _note is null ? Problem : Problem is null ? _note : $"{Problem} {_note}";

    /// <inheritdoc/>
    public override bool TryRead(PagePos position, Span<byte> page, out string reason)
    {
        page.Clear();
        try
        {
            if (_pages is null ? TryReadUnverified(position, page) : _pages.TryRead(position, page))
            {
                reason = "";
                return true;
            }
        }
        catch (Exception error) when (error is IOException or CorruptDatabaseException)
        {
            reason = (error as CorruptDatabaseException)?.Found ?? error.Message;
            return false;
        }

        reason = page.ContainsAnyExcept((byte)0)
            ? "bytes whose checksum or position is wrong"
            : "zeros: it was wiped, or never written";
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void RefuseNothing(string path, long pagesThere)
    {
        if (pagesThere <= PagePos.Start.Value)
        {
            throw new FormatVersionException(
                $"'{path}' is not a database of Abc.VMem.Db, or of a newer version, or nothing of it can be read. The "
                + "file is untouched.",
                path,
                "no page that can be read",
                "Abc.VMem.Db 1");
        }
    }

    private static bool TryReadRoot(IStorageFile file, string path, out RootPageLayout root)
    {
        try
        {
            // As if there were a log to rebuild page 0 from: a damaged one is no error here.
            return DataFile.TryReadRoot(file, path, readOnly: true, hasLog: true, out root, out _);
        }
        catch (IOException)
        {
            root = default;
            return false;
        }
    }

    private static long CountValid(PageFile pages, long pagesInFile)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        var count = 0L;
        for (var at = 1L; at < Math.Min(PagesTried, pagesInFile); at++)
        {
            try
            {
                count += pages.TryRead(new(at), page) ? 1 : 0;
            }
            catch (CorruptDatabaseException)
            {
                // A page that the disk can't read says nothing about the id.
            }
        }

        return count;
    }

    private long LastValid(long pagesInFile)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        var last = pagesInFile - 1;
        while (last > 0 && !TryRead(new(last), page, out _))
        {
            last--;
        }

        return last;
    }

    private bool TryReadUnverified(PagePos position, Span<byte> page)
    {
        if (_file.Read(page, position.Value * Page.Size) < Page.Size)
        {
            return false;
        }

        ref readonly var header = ref Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0);
        var isPlain = header.Type is > PageType.Start and <= PageType.Program;
        var isInPlace = position == PagePos.Start ? header.Type == PageType.Start : isPlain;
        return position != PagePos.Root && isInPlace && header is { Sequence: > 0 and < SequencesEnd, LayoutVersion: 1 }
            && (header.Type == PageType.Items || header.ItemTag == 0)
            && header.Position == position;
    }
}

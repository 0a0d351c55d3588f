using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>A page that could not be read.</summary>
internal readonly record struct UnreadablePage(PagePos Position, string Reason);

/// <summary>
/// The physical half of a repair: each page that can be read goes to its own position in a new file, blank pages of
/// type None stand where the others were, and the file is left as one that was closed cleanly.
/// </summary>
internal sealed class SalvageCopy
{
    // Reasons are kept for so many pages; the rest is only counted.
    private const int KeptReasons = 100_000;

    private readonly SalvageSource _source;
    private readonly ulong[] _lost;
    private readonly List<UnreadablePage> _unreadable = [];
    private long _lastSequence = 1;

    private SalvageCopy(SalvageSource source) =>
        (_source, _lost) = (source, new ulong[(source.PagesThere + 63) / 64]);

    /// <summary>Pages that the pool had, or seems to have had.</summary>
    public long PageCount => _source.PageCount;

    /// <summary>Pages of the new file.</summary>
    public long PagesThere => _source.PagesThere;

    /// <summary>Pages copied.</summary>
    public long Copied { get; private set; }

    /// <summary>Whether page 0, and with it the free list, was copied.</summary>
    public bool HasRoot => !IsLost(PagePos.Root);

    /// <summary>Pages that could not be read, in order, as many as are kept.</summary>
    public IReadOnlyList<UnreadablePage> Unreadable => _unreadable;

    /// <summary>Whether a page of the pool could not be read.</summary>
    public bool IsLost(PagePos position) =>
        position.Value >= 0 && position.Value < PageCount
        && (position.Value >= PagesThere || (_lost[position.Value / 64] >> (int)(position.Value % 64) & 1) != 0);

    /// <summary>Copies into a new file, which must not exist. Leaves none when it throws.</summary>
    public static SalvageCopy Run(
        SalvageSource source, IFileSystem files, string path, ulong poolId, Action<long> advance)
    {
        var copy = new SalvageCopy(source);
        var file = files.Open(path, FileOpening.CreateNew);
        try
        {
            using (file)
            {
                copy.Write(new PageFile(file, path, poolId), advance);
            }

            files.SyncDirectory(path);
            return copy;
        }
        catch
        {
            files.Delete(path);
            throw;
        }
    }

    private void Write(PageFile target, Action<long> advance)
    {
        target.Reserve(PagesThere);
        target.Cut(PagesThere);
        Span<byte> page = stackalloc byte[Page.Size];
        Span<byte> root = stackalloc byte[Page.Size];
        for (var at = 0L; at < PagesThere; at++)
        {
            advance(at);
            var position = new PagePos(at);
            if (!_source.TryRead(position, page, out var reason))
            {
                NoteLost(position, reason);
                MakeBlank(page, position);
            }
            else
            {
                Copied++;
                _lastSequence = Math.Max(_lastSequence, Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Sequence);
            }

            if (position == PagePos.Root)
            {
                page.CopyTo(root);
            }
            else
            {
                target.Write(position, page);
            }
        }

        WriteRoot(target, root);
    }

    // Last, because its mark holds the highest sequence number of all pages.
    private void WriteRoot(PageFile target, Span<byte> page)
    {
        ref var layout = ref Layout.At<RootPageLayout>(page, PageHeader.Bytes);
        if (!HasRoot)
        {
            layout = new RootPageLayout
            {
                Signature = RootPageLayout.ExpectedSignature,
                FormatVersion = RootPageLayout.CurrentFormatVersion,
                PageSize = Page.Size,
                FreeFront = PagePos.Nil,
            };
        }

        (layout.PoolId, layout.PageCount) = (target.PoolId, PagesThere);
        target.Mark = new HomeMark { Clean = 1, LastSequence = _lastSequence };
        target.Write(PagePos.Root, page);
        target.Flush();
    }

    private void NoteLost(PagePos position, string reason)
    {
        _lost[position.Value / 64] |= 1UL << (int)(position.Value % 64);
        if (_unreadable.Count < KeptReasons)
        {
            _unreadable.Add(new(position, reason));
        }
    }

    private static void MakeBlank(Span<byte> page, PagePos position)
    {
        page.Clear();
        Layout.At<PageHeader>(page, 0) = new PageHeader
        {
            Sequence = 1,
            Position = position,
            Previous = PagePos.Nil,
            Next = PagePos.Nil,
            Type = position == PagePos.Root ? PageType.Root
                : position == PagePos.Start ? PageType.Start : PageType.None,
            LayoutVersion = 1,
        };
    }
}

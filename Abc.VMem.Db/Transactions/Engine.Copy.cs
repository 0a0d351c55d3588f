using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>A copy of the pool as of one moment, while it is in use.</summary>
internal sealed partial class Engine
{
    /// <summary>Writes the newest visible state into a new file, cleanly closed, of the same page count.</summary>
    /// <param name="path">The new file; must not exist.</param>
    /// <param name="progress">Receives pages written and pages in all, on the calling thread.</param>
    /// <param name="cancellationToken">Stops the copy and removes what was written.</param>
    /// <exception cref="DatabaseOpenException">The file exists, or can't be created.</exception>
    public void CopyTo(string path, Action<long, long>? progress = null, CancellationToken cancellationToken = default)
    {
        using var snapshot = BeginSnapshot();

        // A database in memory is copied to the disk: a second one in the same memory would serve nobody.
        var files = _files is MemoryFileSystem ? DiskFileSystem.Instance : _files;
        NewFile.Write(files, path, name => CopyTo(files, name, snapshot, progress, cancellationToken));
    }

    private long CopyTo(
        IFileSystem files,
        string path,
        Snapshot snapshot,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        using var file = files.Open(path, FileOpening.CreateNew);
        var copy = new PageFile(file, path, NextRandom())
        {
            Mark = new HomeMark { Clean = 1, LastSequence = snapshot.Sequence },
        };
        CopyPages(snapshot, copy, _options.MaxMappedPages, progress, cancellationToken);
        copy.Flush();
        return snapshot.PageCount;
    }

    private static void CopyPages(
        Snapshot snapshot,
        PageFile copy,
        int maxMappedPages,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        var (pageCount, stretch) = (snapshot.PageCount, FreeMap.PagesFor(maxMappedPages));
        FreeMap? listed = null;
        copy.Reserve(pageCount);
        copy.Cut(pageCount);
        Span<byte> bytes = stackalloc byte[Page.Size];
        for (var i = 0L; i < pageCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var position = new PagePos(i);
            if (i % stretch == 0)
            {
                // Pages that the free stack only lists may never have been written: their content says nothing.
                listed = FreeMap.Read(snapshot, i, Math.Min(stretch, pageCount - i), listedOnly: true);
            }

            if (!listed!.Contains(i))
            {
                CopyPage(snapshot, position, copy, bytes);
            }

            progress?.Invoke(i + 1, pageCount);
        }
    }

    private static void CopyPage(Snapshot snapshot, PagePos position, PageFile copy, Span<byte> bytes)
    {
        using (var page = snapshot.Read(position))
        {
            page.Bytes.CopyTo(bytes);
        }

        if (position == PagePos.Root)
        {
            Layout.At<RootPageLayout>(bytes, PageHeader.Bytes).PoolId = copy.PoolId;
        }

        copy.Write(position, bytes);
    }
}

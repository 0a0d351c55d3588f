using System.Buffers.Binary;
using System.Globalization;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Creating a data file, and looking at page 0 before anything else in the file is trusted.</summary>
internal static class DataFile
{
    /// <summary>Opens the file, creating it first when it is missing or empty.</summary>
    public static IStorageFile OpenOrCreate(IFileSystem files, string path, EngineOptions options, Func<ulong> random)
    {
        if (files.Exists(path))
        {
            var file = files.Open(path, options.ReadOnly ? FileOpening.ReadOnly : FileOpening.Exclusive);
            if (file.Length > 0 || options.ReadOnly)
            {
                return file;
            }

            file.Dispose();
        }
        else if (options.ReadOnly)
        {
            throw new DatabaseOpenException(
                OpenFailure.NotFound,
                path,
                $"There is no database at '{path}'. Check the path, or open it without ReadOnly to create it.");
        }

        return Create(files, path, random);
    }

    /// <summary>Reads page 0 and refuses files that this version can't open.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="readOnly">Whether unknown read-only compatible features are fine.</param>
    /// <param name="hasLog">Whether a log may repair a torn page 0.</param>
    /// <param name="root">The pool's metadata.</param>
    /// <param name="mark">How the file was left.</param>
    /// <returns>False when the page is torn and only the log can tell.</returns>
    public static bool TryReadRoot(
        IStorageFile file, string path, bool readOnly, bool hasLog, out RootPageLayout root, out HomeMark mark)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        var isWhole = TryReadWhole(file, page) || TryReadWhole(file, page);
        root = Layout.At<RootPageLayout>((ReadOnlySpan<byte>)page, PageHeader.Bytes);
        mark = Layout.At<HomeMark>((ReadOnlySpan<byte>)page, HomeMark.Offset);
        if (!isWhole && hasLog)
        {
            // Nothing in a torn page can be believed, not even the version.
            return false;
        }

        if (root.Signature != RootPageLayout.ExpectedSignature)
        {
            throw new FormatVersionException(
                $"'{path}' is not a database of Abc.VMem.Db. Check the path; the file is untouched.",
                path,
                "another kind of file",
                "Abc.VMem.Db 1");
        }

        // Before the checksum: a newer format may compute it in another way.
        RefuseUnknown(in root, path, readOnly);
        if (!isWhole)
        {
            throw new CorruptDatabaseException("root page", 0, "a valid checksum", "other bytes", path);
        }

        return true;
    }

    /// <summary>Refuses a mark that no program wrote: the next session would count on from its numbers.</summary>
    public static void RefuseMark(in HomeMark mark, string path)
    {
        if (mark.LastSequence is < 0 or >= SegmentHeader.MaxNumber
            || mark.LastLsn is < 0 or >= SegmentHeader.MaxNumber
            || mark.Generation is < 0 or >= SegmentHeader.MaxNumber)
        {
            throw new CorruptDatabaseException(
                "root page",
                0,
                "the numbers of the last session",
                FormattableString.Invariant($"{mark.LastSequence}, {mark.LastLsn}, {mark.Generation}"),
                path);
        }
    }

    private static bool TryReadWhole(IStorageFile file, Span<byte> page)
    {
        page.Clear();
        var length = file.Read(page, 0);
        var poolId = Layout.At<RootPageLayout>((ReadOnlySpan<byte>)page, PageHeader.Bytes).PoolId;
        var checksum = Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Checksum;
        return length == Page.Size && checksum == PageFile.Checksum(page, poolId, PagePos.Root);
    }

    private static void RefuseUnknown(in RootPageLayout root, string path, bool readOnly)
    {
        if (root.FormatVersion != RootPageLayout.CurrentFormatVersion
            || root.PageSize != Page.Size
            || root.IncompatibleFlags != 0
            || (root.ReadOnlyCompatibleFlags != 0 && !readOnly))
        {
            var found = string.Create(
                CultureInfo.InvariantCulture,
                $"format {root.FormatVersion}, pages of {root.PageSize} bytes, features "
                + $"{root.IncompatibleFlags:x}/{root.ReadOnlyCompatibleFlags:x}");
            var advice = root.IncompatibleFlags == 0 && root.FormatVersion == RootPageLayout.CurrentFormatVersion
                ? "Open it read-only, or with a newer version of Abc.VMem.Db."
                : "Open it with a newer version of Abc.VMem.Db.";
            throw new FormatVersionException(
                $"'{path}' was written by a newer version ({found}). {advice} The file is untouched.",
                path,
                found,
                "format 1, pages of 4096 bytes");
        }
    }

    /// <summary>
    /// A file appears under its name only when it is whole: written under the name of its creation lock, flushed,
    /// renamed.
    /// </summary>
    private static IStorageFile Create(IFileSystem files, string path, Func<ulong> random)
    {
        var file = CreationLock.Take(files, path);
        try
        {
            if (file.Length > 0)
            {
                file.SetLength(0);
            }

            WriteEmptyPool(file, random());
            if (Rules.Holds(Rule.CreateFlush))
            {
                file.Flush();
            }

            CreationLock.RefuseIfCreated(files, path);
            files.Rename(CreationLock.NameOf(path), path);
            if (Rules.Holds(Rule.CreateSync))
            {
                files.SyncDirectory(path);
            }

            return file;
        }
        catch
        {
            CreationLock.Release(files, path, file);
            throw;
        }
    }

    /// <summary>Writes pages 0 and 1 of a pool without content.</summary>
    private static void WriteEmptyPool(IStorageFile file, ulong poolId)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        page.Clear();
        Layout.At<RootPageLayout>(page, PageHeader.Bytes) = new RootPageLayout
        {
            Signature = RootPageLayout.ExpectedSignature,
            FormatVersion = RootPageLayout.CurrentFormatVersion,
            PageSize = Page.Size,
            PoolId = poolId,
            PageCount = 2,
            FreeFront = PagePos.Nil,
        };
        Layout.At<HomeMark>(page, HomeMark.Offset) = new HomeMark { Clean = 1, LastSequence = 1 };
        WritePage(file, page, PagePos.Root, PageType.Root, poolId);
        page.Clear();
        WritePage(file, page, PagePos.Start, PageType.Start, poolId);
    }

    private static void WritePage(IStorageFile file, Span<byte> page, PagePos position, PageType type, ulong poolId)
    {
        Layout.At<PageHeader>(page, 0) = new PageHeader
        {
            Sequence = 1,
            Position = position,
            Previous = PagePos.Nil,
            Next = PagePos.Nil,
            Type = type,
            LayoutVersion = 1,
        };
        BinaryPrimitives.WriteUInt64LittleEndian(page, PageFile.Checksum(page, poolId, position));
        file.Write(page, position.Value * Page.Size);
    }
}

using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>What damaged files have led to, one by one.</summary>
public sealed class HostileFileTests
{
    private static readonly DamageBase s_database = DamageBase.Build(new DatabaseSubject(), BaseKind.Closed);

    /// <summary>
    /// The mark of a clean close was believed whatever it said: with an end of the log at −1 TB or 8 EB, the first
    /// commit made the new log longer until the disk was full.
    /// </summary>
    [Theory]
    [InlineData(8, -1L)]
    [InlineData(16, -1L << 40)]
    [InlineData(16, long.MaxValue)]
    [InlineData(24, long.MinValue)]
    public void Open_ImpossibleMark_ThrowsCorrupt(int offset, long number)
    {
        var error = Refused(files => Change(files, s_database, PagePos.Root, HomeMark.Offset + offset, number, 8));
        Assert.Equal(0, error.PagePos);
    }

    /// <summary>A start page of another type was found only by some calls, which blamed the program.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_StartPageOfAnotherType_ThrowsCorrupt(bool isDatabase)
    {
        var target = CorruptionTests.Base(isDatabase, BaseKind.Closed);
        var files = Load(target);
        Change(files, target, PagePos.Start, 40, (long)PageType.Items, 1);
        var error = Assert.Throws<CorruptDatabaseException>(
            () => target.Subject.Open(files, DamageBase.Options(64)).Dispose());
        Assert.Equal(1, error.PagePos);
    }

    /// <summary>An entry of the catalog whose key had lost its bytes ended in an exception about a range.</summary>
    [Fact]
    public void Names_KeyWithoutBytes_ThrowsCorrupt()
    {
        var names = 0;
        var target = s_database;
        var catalog = PageOfType(target, PageType.MapLeaf, 0);
        for (var at = PageHeader.Bytes; at < 200; at++)
        {
            foreach (var value in new[] { 0, 1, 6, 0xCE, 0xFE, 0xFF })
            {
                var files = Load(target);
                Change(files, target, catalog, at, value, 1);
                using var database = VMemDatabase.Open(files, DamageSubject.Path, DamageBase.Options(64));
                using var snapshot = database.BeginSnapshot();
                try
                {
                    names += snapshot.CollectionNames.Count + snapshot.MapNames.Count + snapshot.StringNames.Count;
                }
                catch (CorruptDatabaseException error)
                {
                    Assert.NotEmpty(error.Message);
                    names++;
                }
            }
        }

        Assert.True(names > 0);
    }

    /// <summary>
    /// AddFirst on a list whose first page was damaged blamed its caller for a position that it had made up itself.
    /// </summary>
    [Fact]
    public void AddFirst_DamagedFirstPage_ThrowsCorrupt()
    {
        var target = s_database;
        var files = Load(target);
        var first = FirstPageOfList(target);
        Change(files, target, first, 24, 5, 8);
        using var database = VMemDatabase.Open(files, DamageSubject.Path, DamageBase.Options(64));
        var list = database.GetList<long>("list");
        Assert.Equal(first.Value, Assert.Throws<CorruptDatabaseException>(() => list.AddFirst(1)).PagePos);
        Assert.Equal(first.Value, Assert.Throws<CorruptDatabaseException>(() => list.TryRemoveFirst(out _)).PagePos);
    }

    /// <summary>
    /// When page 0 said that the pool ends before the first page of a list, AddFirst blamed its caller likewise.
    /// </summary>
    [Fact]
    public void AddFirst_PoolEndsBeforeTheList_ThrowsCorrupt()
    {
        var target = s_database;
        var files = Load(target);
        var first = FirstPageOfList(target);
        Change(files, target, PagePos.Root, PageHeader.Bytes + 40, first.Value, 8);
        using var database = VMemDatabase.Open(files, DamageSubject.Path, DamageBase.Options(64));
        var list = database.GetList<long>("list");
        Assert.Equal(first.Value, Assert.Throws<CorruptDatabaseException>(() => list.AddFirst(1)).PagePos);
    }

    /// <summary>
    /// The state of a named list that contradicted the catalog was told as a mistake of the program, whose type was
    /// the right one.
    /// </summary>
    [Fact]
    public void GetString_StateWithItemsOfAnotherSize_ThrowsCorrupt()
    {
        var target = s_database;
        var files = Load(target);
        var place = StateOf(target, StateKind.Text);
        Change(files, target, PagePos.Start, place + 28, 204, 2);
        using var database = VMemDatabase.Open(files, DamageSubject.Path, DamageBase.Options(64));
        var error = Assert.Throws<CorruptDatabaseException>(() => database.GetString("string").ToString());
        Assert.Equal(1, error.PagePos);
        Assert.Contains("204", error.Found, StringComparison.Ordinal);
    }

    /// <summary>
    /// A log that lost its end together with the mark that follows looks like a torn one. Pages at home that are newer
    /// than its end tell it apart. That was noticed only when such a page was read: by then recovery had cut and
    /// rewritten the file and begun a new log.
    /// </summary>
    [Fact]
    public void Open_LogWithoutItsEndBeforeNewerPages_IsRefusedAndUnchanged()
    {
        var target = DamageBase.Build(new DatabaseSubject(), BaseKind.Killed);
        var files = new DamagedFiles();
        files.Load(target.Files);
        var second = target.Chunks[1];
        files[second.File][second.Offset..].Clear();
        var before = files.Digest();
        var error = Assert.Throws<CorruptDatabaseException>(
            () => target.Subject.Open(files, DamageBase.Options(64)).Dispose());
        Assert.Equal("log", error.Structure);
        Assert.Equal(before, files.Digest());
        Assert.Equal(0, files.OpenHandles);
    }

    /// <summary>
    /// A file whose page 0 could be opened, but is of no transaction so far or of another position, was not repaired,
    /// nor one whose mark of a clean close is nonsense: the exception of the first look at it came out.
    /// </summary>
    [Theory]
    [InlineData(8, 1L << 40)]
    [InlineData(16, 4L)]
    [InlineData(HomeMark.Offset + 8, -1L)]
    public void Repair_PageZeroThatNoSnapshotCanReadOrOpen_MakesAFileThatOpens(int offset, long number)
    {
        var files = Load(s_database);
        Change(files, s_database, PagePos.Root, offset, number, 8);
        FileRepair.Run(files, DamageSubject.Path, "/repaired", static (_, _) => { });
        using var database = VMemDatabase.Open(files, "/repaired", DamageBase.Options(64));
        Assert.True(database.Check().Pages > 2);
    }

    /// <summary>
    /// A start page of another type was repaired as if it were one, into a file that could not be opened.
    /// </summary>
    [Fact]
    public void Repair_StartPageOfAnotherType_MakesAFileThatOpens()
    {
        var files = Load(s_database);
        Change(files, s_database, PagePos.Start, 40, (long)PageType.MapLeaf, 1);
        FileRepair.Run(files, DamageSubject.Path, "/repaired", static (_, _) => { });
        using var database = VMemDatabase.Open(files, "/repaired", DamageBase.Options(64));
        Assert.True(database.Check().Pages > 2);
    }

    /// <summary>
    /// A record of the log that gave its page another position was redone: the page went home, and could never be read
    /// again. So it was with a version beyond the commit's.
    /// </summary>
    [Theory]
    [InlineData(PageRecordHeader.Bytes + RangeHeader.Bytes, 77)]
    [InlineData(8, 1L << 40)]
    [InlineData(8, -1L)]
    public void Open_LogRecordOfAnotherPageOrCommit_ThrowsCorrupt(int offset, long number)
    {
        var target = CorruptionTests.Base(isDatabase: true, BaseKind.Switched);
        var files = Load(target);
        var (chunk, record) = FirstImage(target);
        BinaryPrimitives.WriteInt64LittleEndian(files[target.Chunks[chunk].File][(record + offset)..], number);
        LogChunk.Reseal(files, target.Chunks, chunk);
        var error = Assert.Throws<CorruptDatabaseException>(
            () => target.Subject.Open(files, DamageBase.Options(64)).Dispose());
        Assert.Equal("log", error.Structure);
    }

    // An image of a page other than page 0, whose first range begins with its position.
    private static (int Chunk, int Record) FirstImage(DamageBase target)
    {
        for (var i = 0; i < target.Chunks.Count; i++)
        {
            var file = target.Files[target.Chunks[i].File];
            foreach (var at in target.Chunks[i].Records(file))
            {
                var record = Layout.At<PageRecordHeader>((ReadOnlySpan<byte>)file, at);
                var range = Layout.At<RangeHeader>((ReadOnlySpan<byte>)file, at + PageRecordHeader.Bytes);
                if (record.BaseSequence == 0 && record.Position.Value > 0 && range is { Offset: 16, Length: >= 8 })
                {
                    return (i, at);
                }
            }
        }

        throw new InvalidOperationException("There is no image.");
    }

    private static DamagedFiles Load(DamageBase target)
    {
        var files = new DamagedFiles();
        files.Load(target.Files);
        return files;
    }

    private static CorruptDatabaseException Refused(Action<DamagedFiles> damage)
    {
        var files = Load(s_database);
        damage(files);
        var before = files.Digest();
        var error = Assert.Throws<CorruptDatabaseException>(
            () => s_database.Subject.Open(files, DamageBase.Options(64)).Dispose());
        Assert.Equal(before, files.Digest());
        return error;
    }

    private static void Change(
        DamagedFiles files, DamageBase target, PagePos position, int offset, long number, int width)
    {
        var page = files[DamageSubject.Path].Slice((int)position.Value * Page.Size, Page.Size);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        bytes[..width].CopyTo(page[offset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(page, PageFile.Checksum(page, target.PoolId, position));
    }

    private static PagePos PageOfType(DamageBase target, PageType type, int skip)
    {
        var file = target.Files[DamageSubject.Path];
        return new(Enumerable.Range(2, target.PageCount - 2)
            .Where(page => target.IsUsed[page]
                && Layout.At<PageHeader>((ReadOnlySpan<byte>)file, page * Page.Size).Type == type)
            .Skip(skip).First());
    }

    // Where on the start page the state of a kind is.
    private static int StateOf(DamageBase target, StateKind kind)
    {
        var start = target.Files[DamageSubject.Path].AsSpan(Page.Size, Page.Size);
        for (var at = 128; at < Page.Size; at += ChainState.Bytes)
        {
            if (Layout.At<ChainState>((ReadOnlySpan<byte>)start, at).Kind == kind)
            {
                return at;
            }
        }

        throw new InvalidOperationException($"There is no {kind} on the start page.");
    }

    private static PagePos FirstPageOfList(DamageBase target) => Layout.At<ChainState>(
        (ReadOnlySpan<byte>)target.Files[DamageSubject.Path], Page.Size + StateOf(target, StateKind.List)).Front;
}

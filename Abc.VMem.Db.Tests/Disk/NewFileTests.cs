using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Protocol;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>A new file and others that want, or have, its name or its temporary one.</summary>
public sealed class NewFileTests
{
    private const string Path = "d/x.vmem";

    private static readonly EngineOptions s_small = new()
    {
        MaxMappedPages = 64,
        BackgroundWork = false,
        LogSegmentBytes = 64 << 10,
        CheckpointBytes = 64 << 20,
        RandomSeed = 1,
    };

    /// <summary>
    /// A program packs its database into "x.vmem-new", deletes "x.vmem", and dies before it renames. When it opens
    /// "x.vmem" again, the creation of that takes the only copy of the data for a leftover of its own, and empties it.
    /// </summary>
    [Fact]
    public void Create_AWholeDatabaseHasTheTemporaryName_IsNotDestroyed()
    {
        var files = new SimulatedFileSystem();
        WriteList(files, Path + "-new");
        var error = Assert.Throws<DatabaseOpenException>(
            () => VMemDatabase.Open(files, Path, new VMemDatabaseOptions()));
        Assert.Contains(Path + "-new", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, ReadList(files, Path + "-new"));
    }

    /// <summary>The same by a copy: a database that has the target's temporary name is deleted.</summary>
    [Fact]
    public void CopyTo_AWholeDatabaseHasTheTemporaryName_IsNotDestroyed()
    {
        var files = new SimulatedFileSystem();
        WriteList(files, "d/copy.vmem-new");
        WriteList(files, Path);
        using (var engine = Engine.Open(files, Path, s_small))
        {
            try
            {
                engine.CopyTo("d/copy.vmem");
            }
            catch (DatabaseOpenException)
            {
                // A refusal is as good.
            }
        }

        Assert.True(files.Exists("d/copy.vmem-new"), "The database is gone.");
        Assert.Equal(1, ReadList(files, "d/copy.vmem-new"));
    }

    /// <summary>
    /// Two copies to one path at once: the first one is whole and closed, so nothing keeps the second from deleting it
    /// and beginning its own under the temporary name. The first one then renames what the second has half written.
    /// </summary>
    [Fact]
    public void NewFile_TwoToOnePath_NoHalfFileGetsTheName()
    {
        var files = new SimulatedFileSystem();
        using var isHalf = new ManualResetEventSlim();
        using var isRenamed = new ManualResetEventSlim();
        Beside? other = null;
        byte[] found = [];
        try
        {
            NewFile.Write(files, Path, name =>
            {
                using (var file = files.Open(name, FileOpening.CreateNew))
                {
                    file.Write(new byte[] { 1, 1, 1, 1 }, 0);
                    file.Flush();
                }

                other = new Beside(() => NewFile.Write(files, Path, second =>
                {
                    using var file = files.Open(second, FileOpening.CreateNew);
                    file.Write(new byte[] { 2 }, 0);
                    isHalf.Set();
                    isRenamed.Wait(TimeSpan.FromSeconds(10));
                    return 0;
                }));
                isHalf.Wait(TimeSpan.FromSeconds(2));
                return 0;
            });
            found = files.ReadAll(Path);
        }
        finally
        {
            isRenamed.Set();
            Assert.Throws<DatabaseOpenException>(other!.End);
        }

        Assert.Equal([1, 1, 1, 1], found);
    }

    /// <summary>
    /// A copy is whole and closed, and not yet renamed. Someone opens a database of the copy's name: its creation takes
    /// the copy for a leftover and empties it. The copy is then renamed, and told to have gone well.
    /// </summary>
    [Fact]
    public void CopyTo_WhileTheTargetIsOpened_DoesNotReportAnEmptyCopyAsGood()
    {
        var disk = new SimulatedFileSystem();
        var files = new GatedFiles(disk);
        WriteList(files, Path);
        using var isEmptied = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        const string target = "d/copy.vmem";
        Beside? opener = null;
        var isDone = false;
        try
        {
            using var engine = Engine.Open(files, Path, new EngineOptions { BackgroundWork = false });
            try
            {
                NewFile.Write(files, target, name =>
                {
                    using (var snapshot = engine.BeginSnapshot())
                    {
                        File(files, engine, name);
                    }

                    files.Before = (call, path, _) =>
                    {
                        if (call == FileCall.Write && path == target + "-new")
                        {
                            isEmptied.Set();
                            goOn.Wait(TimeSpan.FromSeconds(10));
                        }
                    };
                    opener = new Beside(() =>
                    {
                        using var other = VMemDatabase.Open(files, target, new VMemDatabaseOptions());
                    });
                    isEmptied.Wait(TimeSpan.FromSeconds(2));
                    return 0;
                });
                isDone = true;
            }
            catch (DatabaseOpenException)
            {
                // A refusal is as good.
            }
        }
        finally
        {
            goOn.Set();
            try
            {
                opener?.End();
            }
            catch (DatabaseOpenException)
            {
                // As good.
            }
        }

        if (isDone)
        {
            Assert.Equal(1, ReadList(disk, target));
        }
    }

    /// <summary>
    /// A log of another file of that name lies there: the copy that is told to be good can't be opened.
    /// </summary>
    [Fact]
    public void CopyTo_ALogOfTheTargetIsThere_IsRefusedOrCanBeOpened()
    {
        var files = new SimulatedFileSystem();
        const string target = "d/copy.vmem";
        var old = VMemDatabase.Open(files, target, new VMemDatabaseOptions());
        old.GetList<long>("list").Add(7);
        files = files.Kill();
        files.Delete(target);
        WriteList(files, Path);
        using (var engine = Engine.Open(files, Path, new EngineOptions { BackgroundWork = false }))
        {
            try
            {
                engine.CopyTo(target);
            }
            catch (DatabaseOpenException)
            {
                return;
            }
        }

        Assert.Equal(1, ReadList(files, target));
    }

    /// <summary>"Nothing of it was kept", said the exception, and the file was there.</summary>
    [Fact]
    public void CopyTo_TheDirectoryCanNotBeSynced_TellsTheTruth()
    {
        var files = new SimulatedFileSystem();
        WriteList(files, Path);
        using var engine = Engine.Open(files, Path, s_small);
        var (told, kept) = (0, 0);
        for (var call = 1; call < 1_000; call++)
        {
            var target = $"d/{call}.vmem";
            files.Fault = new(FaultKind.WriteError, files.MutatingCalls + call);
            try
            {
                engine.CopyTo(target);
                break;
            }
            catch (DatabaseOpenException e)
            {
                files.Fault = null;
                var isKept = e.Message.Contains("It is whole", StringComparison.Ordinal);
                Assert.Equal(!isKept, e.Message.Contains("Nothing of it was kept", StringComparison.Ordinal));
                Assert.Equal(isKept, files.Exists(target));
                Assert.False(files.Exists(target + "-copying"), target);
                (told, kept) = (told + 1, kept + (isKept ? 1 : 0));
            }
        }

        Assert.True(told > 3 && kept > 0);
    }

    /// <summary>The disk is gone while a file is created, and comes back: the file is not locked for ever.</summary>
    [Fact]
    public void Create_TheDiskIsGoneForAWhile_CanBeTriedAgain()
    {
        var files = new SimulatedFileSystem { Fault = new(FaultKind.WriteError, 2, 1_000) };
        var e = Assert.ThrowsAny<Exception>(() => VMemDatabase.Open(files, Path, new VMemDatabaseOptions()));
        Assert.IsType<DatabaseOpenException>(e);
        files.Fault = null;

        WriteList(files, Path);
        Assert.Equal(1, ReadList(files, Path));
    }

    private static void File(IFileSystem files, Engine engine, string name)
    {
        // What Engine.CopyTo does under the temporary name, from the one file that there is.
        using var source = files.Open(name, FileOpening.CreateNew);
        using var snapshot = engine.BeginSnapshot();
        var copy = new PageFile(source, name, 4711)
        {
            Mark = new HomeMark { Clean = 1, LastSequence = snapshot.Sequence },
        };
        copy.Reserve(snapshot.PageCount);
        var bytes = new byte[Page.Size];
        for (var i = 0; i < snapshot.PageCount; i++)
        {
            using (var page = snapshot.Read(new PagePos(i)))
            {
                page.Bytes.CopyTo(bytes);
            }

            if (i == 0)
            {
                Layout.At<RootPageLayout>(bytes.AsSpan(), PageHeader.Bytes).PoolId = copy.PoolId;
            }

            copy.Write(new PagePos(i), bytes);
        }

        copy.Flush();
    }

    private static void WriteList(IFileSystem files, string path)
    {
        using var db = VMemDatabase.Open(files, path, new VMemDatabaseOptions());
        db.GetList<long>("list").Add(1);
    }

    private static long ReadList(IFileSystem files, string path)
    {
        using var db = VMemDatabase.Open(files, path, new VMemDatabaseOptions());
        return db.GetList<long>("list").Count;
    }
}

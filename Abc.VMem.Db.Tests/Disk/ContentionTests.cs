using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>
/// Processes that want the same file at the same time: one has it, the others are told so, and try again.
/// </summary>
public sealed class ContentionTests : IDisposable
{
    private const int Processes = 4;
    private const int Rounds = 12;

    private readonly TemporaryFolder _folder = new();

    private string DatabasePath => _folder.File("shared.vmem");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_ManyProcessesInTurn_KeepsWhatEachInserted()
    {
        var children = Enumerable.Range(0, Processes)
            .Select(i => ChildProcess.Start(asNobody: false, ChildProgram.Contend, DatabasePath, $"{i}", $"{Rounds}"))
            .ToList();
        foreach (var child in children)
        {
            var output = child.Output.ReadLine();
            child.WaitForExit();
            Assert.True(output == "done" && child.ExitCode == 0, child.Errors);
            child.Dispose();
        }

        using var database = VMemDatabase.Open(DatabasePath);
        database.Check();
        Assert.Equal(
            Enumerable.Range(0, Processes * Rounds).Select(number => $"{number / Rounds} {number % Rounds}").Order(),
            database.GetCollection<Person>("people").FindAll().Select(person => person.Name).Order());
        Assert.Equal([DatabasePath], Directory.GetFiles(_folder.Path));
    }

    /// <summary>
    /// Who came second while a file was being made was told that the disk refused, not that the file is in use. And
    /// what a creator that died had left was deleted by its name, after its lock was given back: it could be another
    /// creator's by then, who went on in a file without a name.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_ManyAtOnce_KeepsWhatEachInserted(bool isOneLeft)
    {
        for (var round = 0; round < 40; round++)
        {
            var path = _folder.File($"{round}.vmem");
            if (isOneLeft)
            {
                File.WriteAllBytes(path + "-new", new byte[5_000]);
            }

            using var start = new Barrier(Processes);
            await Task.WhenAll(Enumerable.Range(0, Processes).Select(owner => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    Contend(path, $"{owner}", rounds: 2);
                },
                TaskCreationOptions.LongRunning)));
            using var database = VMemDatabase.Open(path);
            Assert.Equal(2 * Processes, database.GetCollection<Person>("people").Count);
            Assert.Equal([path], Directory.GetFiles(_folder.Path, $"{round}.vmem*"));
        }
    }

    /// <summary>
    /// Between the refusal "it exists" and the look whether it does, the other creator renamed its file: the second one
    /// was told that the disk failed. The number of the error says it without a look.
    /// </summary>
    [Fact]
    public void CreateNew_ExistsForAMomentOnly_IsInUse()
    {
        var path = DatabasePath;
        Directory.CreateSymbolicLink(path, path + "-nowhere");
        Assert.False(File.Exists(path + "-nowhere"));
        var error = Assert.Throws<DatabaseOpenException>(
            () => DiskFileSystem.Instance.Open(path, FileOpening.CreateNew));
        Assert.Equal(OpenFailure.InUse, error.Reason);
    }

    /// <summary>
    /// What a creator opened under the temporary name can be the database before it is locked, when the other creator
    /// renamed and closed it meanwhile. It must not begin by making it empty.
    /// </summary>
    [Fact]
    public void Create_TemporaryFileBecameTheDatabase_IsNotTouched()
    {
        using (var database = VMemDatabase.Open(DatabasePath))
        {
            database.GetCollection<Person>("people").Insert(Person.Make(1));
        }

        var error = Assert.Throws<DatabaseOpenException>(
            () => DataFile.OpenOrCreate(new LateRename(DatabasePath), DatabasePath, new EngineOptions(), () => 1));
        Assert.Equal(OpenFailure.InUse, error.Reason);
        using var again = VMemDatabase.Open(DatabasePath);
        Assert.Equal(1, again.GetCollection<Person>("people").Count);
    }

    /// <summary>A process that was killed leaves no lock behind; the next one recovers.</summary>
    [Fact]
    public void Open_HolderWasKilled_Recovers()
    {
        using (var child = ChildProcess.Start(asNobody: false, ChildProgram.Insert, DatabasePath, "1"))
        {
            Assert.Equal("opening", child.Output.ReadLine());
            Assert.Equal("1", child.Output.ReadLine());
            Assert.Throws<DatabaseOpenException>(() => VMemDatabase.Open(DatabasePath));
            child.Kill();
        }

        var error = Assert.Throws<DatabaseOpenException>(
            () => VMemDatabase.Open(DatabasePath, new VMemDatabaseOptions { ReadOnly = true }));
        Assert.Equal(OpenFailure.NeedsRecovery, error.Reason);
        using var database = VMemDatabase.Open(DatabasePath);
        Assert.NotNull(CrashDocuments.Collection(database).Find(1));
        database.Check();
    }

    [Fact]
    public void Open_ReadOnlyInManyProcesses_AllReadAndNobodyWrites()
    {
        using (var database = VMemDatabase.Open(DatabasePath))
        {
            database.GetCollection<Person>("people").Insert(Person.Make(1));
        }

        using var here = VMemDatabase.Open(DatabasePath, new VMemDatabaseOptions { ReadOnly = true });
        using var reader = ChildProcess.Start(asNobody: false, ChildProgram.Open, DatabasePath, "true");
        using var writer = ChildProcess.Start(asNobody: false, ChildProgram.Open, DatabasePath, "false");
        Assert.Equal("open", reader.Output.ReadLine());
        Assert.StartsWith("InUse: ", writer.Output.ReadLine(), StringComparison.Ordinal);
        Assert.Equal(1, here.GetCollection<Person>("people").Count);
    }

    /// <summary>Inserts one document after the other, each with the file opened anew as soon as it is free.</summary>
    internal static void Contend(string path, string owner, int rounds)
    {
        for (var round = 0; round < rounds;)
        {
            try
            {
                using var database = VMemDatabase.Open(path);
                database.GetCollection<Person>("people").Insert(new Person { Name = $"{owner} {round}" });
                round++;
            }
            catch (DatabaseOpenException e) when (e.Reason == OpenFailure.InUse)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>Another creator renames and closes its file while it is being opened under its first name.</summary>
    private sealed class LateRename(string path) : IFileSystem
    {
        private bool _isRenamed;

        public bool Exists(string name) => name == path ? _isRenamed : !_isRenamed;

        public IStorageFile Open(string name, FileOpening opening)
        {
            _isRenamed = true;
            return DiskFileSystem.Instance.Open(path, opening);
        }

        public void Rename(string from, string to) => Assert.Fail("It is not this creator's file.");

        public void Delete(string name) => Assert.Fail("It is not this creator's name.");

        public void SyncDirectory(string name) => Assert.Fail("Nothing was renamed.");
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Samples;
using Abc.VMem.Db.Samples.Films;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Samples;

/// <summary>The samples as a user runs them: arguments in, lines and an exit code out.</summary>
public sealed partial class SampleCommandsTests(ITestOutputHelper output) : IDisposable
{
    private const string Film = """{"id":1,"title":"A Film","year":1994,"cast":["John Wayne"],"genres":["War"]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("quickstart", "Ada, 36")]
    [InlineData("quickstart", "2 of 3 like maths.")]
    [InlineData("map", "Norway: Oslo")]
    [InlineData("queue", "1 waits, 0 pages are free\ndid 1")]
    [InlineData("transactions", "70\nTrue")]
    [InlineData("structure", "removed two thirds: 6627 items")]
    public void SmallSample_Run_PrintsItsResult(string command, string expected)
    {
        var run = Run(command);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Seed_RunThreeTimes_GoesOnWithWhatIsThere()
    {
        string[] list1 = ["list 1: 0 items: \n", "list 1: 1 items: 0\n", "list 1: 2 items: 0 1\n"];
        string[] list2 = ["list 2: 5 items now", "list 2: 10 items now", "list 2: 15 items now"];
        string[] list3 = ["list 3: 42 43 44\n", "list 3: 42 43 44 42 43 44\n", "list 3: 42 43 44 42 43 44 42 43 44\n"];
        for (var i = 0; i < 3; i++)
        {
            var run = Run("seed", "--folder", _folder.Path);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var text = run.Output.ReplaceLineEndings("\n");
            Assert.Contains(list1[i], text, StringComparison.Ordinal);
            Assert.Contains(list2[i], text, StringComparison.Ordinal);
            Assert.Contains(list3[i], text, StringComparison.Ordinal);
            Assert.Contains("p1 == p2: True\np1 == p3: False\np1 == null: False\np4 == null: True", text);
            Assert.Contains($"text 1: {string.Join(' ', Enumerable.Repeat("x y z", i + 1))}\n", text);
            Assert.Contains($"text 2: '{string.Concat(Enumerable.Repeat("abc12xyz", i + 1))}'\n", text);
            AssertPeakWithin(text, Pool.MinMappedPages);
        }

        using var pool = Pool.Open(_folder.File("pool.vmem"));
        Assert.True(pool.Check(programPages: []).IsWhole);
    }

    [Fact]
    public void Seed_FileOfADatabase_EndsInOneLine()
    {
        using (var database = VMemDatabase.Open(_folder.File("pool.vmem")))
        {
            database.GetMap<int, int>("map").Insert(1, 2);
        }

        AssertFails("pool.vmem", "is a database", "seed");
    }

    /// <summary>Runs that are more than the mapped pages included.</summary>
    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 16)]
    [InlineData(9_999, 256)]
    [InlineData(230_000, 16)]
    public void Sort_AnyCount_IsSortedWithinTheCap(int count, int cap)
    {
        var run = Run("sort", "--count", $"{count}", "--max-mapped-pages", $"{cap}");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"verified: {count:N0} records in order"), run.Output);
        AssertPeakWithin(run.Output, cap);
    }

    [Theory]
    [InlineData("--count", "-1")]
    [InlineData("--max-mapped-pages", "15")]
    public void Sort_BadOption_IsRefused(string option, string value) =>
        Assert.Contains("is at least", Run("sort", option, value).Error);

    /// <summary>
    /// The whole catalogue where it is, within 1 MB of mapped pages; its answers are LINQ to Objects' ones.
    /// </summary>
    [Theory]
    [InlineData(256)]
    [InlineData(null)]
    public void Films_Catalogue_AnswersEqualLinqToObjectsWithinTheCap(int? cap)
    {
        if (FilmSources.FindCatalogue() is not { } path)
        {
            output.WriteLine("not run: the catalogue is not here");
            return;
        }

        string[] arguments = ["--file", path, "--folder", _folder.Path, "--verify"];
        var first = Run(cap is null ? arguments : [.. arguments, "--max-mapped-pages", $"{cap}"]);
        AssertAnswered(first);
        Assert.Contains("36,273 documents", first.Output, StringComparison.Ordinal);
        AssertPeakWithin(first.Output, cap);
    }

    [Fact]
    public void Films_RunTwice_OpensWhatIsThere()
    {
        var path = WriteFilms(new MadeUpFilms(2_000));
        var first = Run("--folder", _folder.Path, "--file", path, "--verify");
        AssertAnswered(first);
        Assert.Contains("loaded 2,000 films", first.Output, StringComparison.Ordinal);

        var second = Run("films", "--folder", _folder.Path, "--file", path, "--verify");
        AssertAnswered(second);
        Assert.Contains("2,000 films are there", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("loaded", second.Output, StringComparison.Ordinal);
        AssertOneWholeFile("films.vmem");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(null)]
    public void Films_MadeUp_AnswersEqualLinqToObjects(int? cap)
    {
        var source = new MadeUpFilms(3_000);
        using var database = VMemDatabase.Open(
            _folder.File("films.vmem"), new VMemDatabaseOptions { MaxMappedPages = cap ?? 16_384 });
        Assert.Equal(3_000, FilmDatabase.Load(database, source, _ => { }, CancellationToken.None));
        foreach (var index in FilmDatabase.Indexes(database))
        {
            Assert.True(index.Ensure(new IndexOptions(), CancellationToken.None));
            Assert.False(index.Ensure(new IndexOptions(), CancellationToken.None));
        }

        var stored = FilmDatabase.Films(database).AsQueryable();
        var inMemory = source.Read(_ => { }).ToList().AsQueryable();
        Assert.All(
            FilmQuestions.All(source.Words),
            question => Assert.Equal(question.Ask(inMemory).Values, question.Ask(stored).Values));
        database.Check();
    }

    [Fact]
    public void Films_MissingFile_EndsInOneLine()
    {
        AssertFails(_folder.File("absent.jsonl"), "absent.jsonl", "--file", _folder.File("absent.jsonl"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Films_BrokenFile_EndsInOneLineAndLoadsOnceItIsMended()
    {
        var path = _folder.File("films.jsonl");
        var films = string.Concat(Enumerable.Range(1, 1_500).Select(FilmLine));
        File.WriteAllText(path, films + "oops\n");
        AssertFails(path, "line 1501", "--file", path);

        File.WriteAllText(path, films);
        var mended = Run("--folder", _folder.Path, "--file", path);
        Assert.Equal((0, ""), (mended.ExitCode, mended.Error));
        Assert.Contains("loaded 1,500 films", mended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Films_SameIdTwice_EndsInOneLine()
    {
        var path = _folder.File("films.jsonl");
        File.WriteAllText(path, $"{Film}\n{Film}\n");
        AssertFails("films", "already", "--file", path);
    }

    [Fact]
    public void Films_OtherFileOfTheSameName_IsRefused()
    {
        var path = _folder.File("films.jsonl");
        File.WriteAllText(path, Film);
        Assert.Equal(0, Run("--folder", _folder.Path, "--file", path).ExitCode);
        File.WriteAllText(path, FilmLine(1) + FilmLine(2));
        AssertFails("films.vmem", "--folder", "--file", path);
    }

    [Fact]
    public void Films_FolderThatIsAFile_EndsInOneLine()
    {
        var path = _folder.File("films.jsonl");
        File.WriteAllText(path, Film);
        var run = Run("--file", path, "--folder", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Films_Cancelled_LeavesAUsableFile()
    {
        using var cancellation = new CancellationTokenSource();
        using var database = VMemDatabase.Open(_folder.File("films.vmem"));
        var source = new MadeUpFilms(3_000);
        Assert.ThrowsAny<OperationCanceledException>(() => FilmDatabase.Load(
            database,
            source,
            done =>
            {
                if (done > 0.7)
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token));
        Assert.Null(FilmDatabase.LoadedFrom(database));
        Assert.Equal(0, FilmDatabase.Films(database).Count);
        database.Check();
        Assert.Equal(3_000, FilmDatabase.Load(database, source, _ => { }, CancellationToken.None));
        database.Check();
    }

    private static string FilmLine(int id) =>
        Film.Replace("\"id\":1,", $"\"id\":{id},", StringComparison.Ordinal) + "\n";

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var lines = new StringWriter();
        using var errors = new StringWriter();
        var streams = new InvocationConfiguration { Output = lines, Error = errors };
        var exitCode = SampleCommands.CreateRoot().Parse(arguments).Invoke(streams);
        return (exitCode, lines.ToString(), errors.ToString());
    }

    private void AssertFails(string named, string said, params string[] arguments)
    {
        var run = Run([.. arguments, "--folder", _folder.Path]);
        Assert.Equal(1, run.ExitCode);
        var line = Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
    }

    private static void AssertAnswered((int ExitCode, string Output, string Error) run)
    {
        Assert.Equal("", run.Error);
        Assert.DoesNotContain("DIFFERENT", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            FilmQuestions.All(FilmWords.OfCatalogue).Count,
            run.Output.Split("equal to LINQ to Objects").Length - 1);
        Assert.Equal(0, run.ExitCode);
    }

    private static void AssertPeakWithin(string text, int? cap)
    {
        var match = Peak().Match(text);
        var peak = int.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        var stated = int.Parse(match.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.InRange(peak, 1, stated);
        Assert.Equal(cap ?? stated, stated);
    }

    private void AssertOneWholeFile(string name)
    {
        Assert.Equal([name], Directory.GetFiles(_folder.Path, "*.vmem*").Select(Path.GetFileName));
        using var database = VMemDatabase.Open(_folder.File(name));
        database.Check();
    }

    private string WriteFilms(MadeUpFilms films)
    {
        var path = _folder.File("films.jsonl");
        File.WriteAllLines(path, films.Read(_ => { }).Select(film => System.Text.Json.JsonSerializer.Serialize(
            new { id = film.Id, title = film.Title, year = film.Year, cast = film.Cast, genres = film.Genres })));
        return path;
    }

    [GeneratedRegex(@"Pages mapped at peak: ([\d,]+) of at most ([\d,]+)")]
    private static partial Regex Peak();
}

using System.Diagnostics;
using Abc.VMem.Db.Linq;
using Spectre.Console;

namespace Abc.VMem.Db.Samples.Films;

/// <summary>The main sample: loads films once, then asks.</summary>
public sealed class FilmsRun(FilmsOptions options, IAnsiConsole console)
{
    private readonly FilmsReport _report = new(console.Profile.Out.Writer);

    /// <summary>Runs it; returns how many answers differ from LINQ to Objects, 0 when not asked to compare.</summary>
    /// <exception cref="FilmFileException">The films can't be had: a missing, broken or other file.</exception>
    public int Run(CancellationToken cancellation)
    {
        var source = FilmSources.Choose(options.File);
        options.Folder.Create();
        var path = Path.Combine(options.Folder.FullName, source.DatabaseName + ".vmem");
        using var database = VMemDatabase.Open(path, DatabaseOptions());
        Fill(database, source, path, cancellation);
        var differences = Ask(FilmDatabase.Films(database).AsQueryable(), source, cancellation);
        _report.Summary(path, FilmDatabase.Films(database).Count, database.GetStatistics());
        return differences;
    }

    private VMemDatabaseOptions DatabaseOptions()
    {
        var defaults = new VMemDatabaseOptions();
        return defaults with { MaxMappedPages = options.MaxMappedPages ?? defaults.MaxMappedPages };
    }

    private void Fill(VMemDatabase database, IFilmSource source, string path, CancellationToken cancellation)
    {
        var loadedFrom = FilmDatabase.LoadedFrom(database);
        if (loadedFrom is not null && loadedFrom != source.Identity)
        {
            throw new FilmFileException(
                $"{path} has the films of {loadedFrom}: give another --folder for those of {source.Identity}.");
        }

        _report.Opened(path, source.Name, loadedFrom is null ? null : FilmDatabase.Films(database).Count);
        var bars = console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn());
        foreach (var step in bars.Start(progress => Fill(database, source, loadedFrom is null, progress, cancellation)))
        {
            _report.Step(step);
        }
    }

    /// <summary>Loads what is missing and builds the indexes that are; an index that is there is left alone.</summary>
    private static List<FilmsStep> Fill(
        VMemDatabase database,
        IFilmSource source,
        bool isEmpty,
        ProgressContext progress,
        CancellationToken cancellation)
    {
        var steps = new List<FilmsStep>();
        if (isEmpty)
        {
            var bar = progress.AddTask("loading films", maxValue: 1);
            var clock = Stopwatch.StartNew();
            var count = FilmDatabase.Load(database, source, done => bar.Value = done, cancellation);
            steps.Add(new FilmsStep($"loaded {count:N0} films", clock.Elapsed));
        }

        foreach (var index in FilmDatabase.Indexes(database))
        {
            var bar = progress.AddTask($"index on {index.Member}", maxValue: 1);
            var clock = Stopwatch.StartNew();
            if (index.Ensure(new IndexOptions { Progress = new IndexBar(bar) }, cancellation))
            {
                steps.Add(new FilmsStep($"built the index on {index.Member}", clock.Elapsed));
            }

            bar.Value = 1;
        }

        return steps;
    }

    private int Ask(IQueryable<Film> films, IFilmSource source, CancellationToken cancellation)
    {
        var inMemory = options.Verify ? source.Read(_ => { }).ToList().AsQueryable() : null;
        var differences = 0;
        foreach (var question in FilmQuestions.All(source.Words))
        {
            cancellation.ThrowIfCancellationRequested();
            var first = Stopwatch.StartNew();
            var answer = question.Ask(films);
            first.Stop();
            var again = Stopwatch.StartNew();
            question.Ask(films);
            again.Stop();
            _report.Answer(question.Text, answer, question.Explain(films), first.Elapsed, again.Elapsed);
            if (inMemory is not null)
            {
                var isEqual = question.Ask(inMemory).Values == answer.Values;
                _report.Comparison(isEqual);
                differences += isEqual ? 0 : 1;
            }
        }

        return differences;
    }

    /// <summary>Half of the bar for reading documents, half for writing entries.</summary>
    private sealed class IndexBar(ProgressTask bar) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value) => bar.Value =
            (0.5 * value.DocumentsRead / Math.Max(1, value.Documents))
            + (0.5 * value.EntriesWritten / Math.Max(1, value.Entries));
    }
}

namespace Abc.VMem.Db.Samples.Films;

/// <summary>Something that was done, and how long it took.</summary>
internal sealed record FilmsStep(string What, TimeSpan Time);

/// <summary>Writes what happened as plain lines, the same on a terminal and in a file.</summary>
internal sealed class FilmsReport(TextWriter output)
{
    private const int LinesShown = 5;

    /// <summary>
    /// Says whether the database was there; <paramref name="count"/> is null when it has no films yet.
    /// </summary>
    public void Opened(string path, string source, long? count) =>
        WriteLine(count is null
            ? $"Opened {path}: no films yet. They come from {source}."
            : $"Opened {path}: {count:N0} films are there, from an earlier run on {source}.");

    /// <summary>A step of loading.</summary>
    public void Step(FilmsStep step) => WriteLine($"  {step.What}: {Milliseconds(step.Time)}");

    /// <summary>A question, the start of its answer, its plan and its time.</summary>
    public void Answer(string question, FilmAnswer answer, string plan, TimeSpan first, TimeSpan again)
    {
        WriteLine("");
        WriteLine(question);
        foreach (var line in answer.Lines.Take(LinesShown))
        {
            WriteLine($"    {line}");
        }

        if (answer.Lines.Count > LinesShown)
        {
            WriteLine($"    … {answer.Lines.Count:N0} in all");
        }

        foreach (var line in plan.ReplaceLineEndings("\n").TrimEnd().Split('\n'))
        {
            WriteLine($"  | {line}");
        }

        WriteLine($"  {answer.Lines.Count:N0} rows in {Milliseconds(first)}, the second time {Milliseconds(again)}");
    }

    /// <summary>Whether LINQ to Objects gives the same rows in the same order.</summary>
    public void Comparison(bool isEqual) =>
        WriteLine(isEqual ? "  equal to LINQ to Objects" : "  DIFFERENT from LINQ to Objects");

    /// <summary>What the file and the memory came to.</summary>
    public void Summary(string path, long documents, DatabaseStatistics statistics)
    {
        WriteLine("");
        WriteLine($"{path}: {statistics.FileBytes:N0} bytes, {documents:N0} documents.");
        WriteLine($"Pages mapped at peak: {statistics.PeakMappedPages:N0} of at most {statistics.MaxMappedPages:N0}.");
    }

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:N1} ms";

    private void WriteLine(string line) => output.WriteLine(line);
}

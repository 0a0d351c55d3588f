using System.Diagnostics;
using System.Text.RegularExpressions;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>
/// What reaches the operating system, as strace sees it: no commit is acknowledged before everything that was written
/// to the log has been flushed, from the first one on, and a new file is flushed before the name that it gets.
/// </summary>
public sealed partial class SystemCallTests : IDisposable
{
    private const int Commits = 20;

    /// <summary>Room that is made by writing zeros says nothing that could be lost.</summary>
    private const string Zeros = @", ""\0\0\0\0\0\0\0\0";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ToolFact("strace -o /dev/null true")]
    public void Commit_Full_FlushesTheLogBeforeItReturns()
    {
        var acknowledged = 0;
        var flushed = 0;
        var dirty = new HashSet<string>();
        foreach (var call in Trace(Durability.Full))
        {
            if (call.Name == "pwrite64" && !call.Text.Contains(Zeros, StringComparison.Ordinal))
            {
                dirty.Add(call.Path);
            }
            else if (call.Name is "fdatasync" or "fsync")
            {
                dirty.Remove(call.Path);
                flushed++;
            }
            else if (call.Text.Contains("\"acknowledged", StringComparison.Ordinal))
            {
                Assert.DoesNotContain(dirty, path => path.Contains("-wal", StringComparison.Ordinal));
                Assert.True(flushed > 0, $"Nothing was flushed before acknowledgement {acknowledged}.");
                (acknowledged, flushed) = (acknowledged + 1, 0);
            }
        }

        Assert.Equal(Commits, acknowledged);

        // A clean close leaves nothing unflushed.
        Assert.DoesNotContain(dirty, path => path.EndsWith(".vmem", StringComparison.Ordinal));
    }

    /// <summary>The names of a new file and of its log are made durable by flushes of the directory.</summary>
    [ToolFact("strace -o /dev/null true")]
    public void Commit_FirstOfAFile_FlushesTheDirectory()
    {
        var calls = Trace(Durability.Full)
            .TakeWhile(call => !call.Text.Contains("\"acknowledged", StringComparison.Ordinal))
            .ToList();
        var lastCreation = calls.FindLastIndex(call => call.Name == "openat" && call.Text.Contains("O_CREAT"));
        Assert.True(lastCreation >= 0);
        Assert.Contains(calls.Skip(lastCreation), call => call.Name == "fsync" && call.Path == _folder.Path);
    }

    [ToolFact("strace -o /dev/null true")]
    public void Commit_None_DoesNotFlush()
    {
        var calls = Trace(Durability.None).ToList();
        var first = calls.FindIndex(call => call.Text.Contains("\"acknowledged", StringComparison.Ordinal));
        var last = calls.FindLastIndex(call => call.Text.Contains("\"acknowledged", StringComparison.Ordinal));
        Assert.DoesNotContain(calls[first..last], call => call.Name is "fdatasync" or "fsync");
    }

    /// <summary>Makes commits, saying so after each.</summary>
    internal static void Commit(string path, Durability durability, TextWriter output)
    {
        using var database = VMemDatabase.Open(path, new VMemDatabaseOptions { Durability = durability });
        var people = database.GetCollection<Person>("people");
        for (var i = 0; i < Commits; i++)
        {
            people.Insert(Person.Make(i));
            output.WriteLine($"acknowledged {i}");
            output.Flush();
        }
    }

    /// <summary>The calls on files of the folder, and those that print, in the order of their ends.</summary>
    private IEnumerable<Call> Trace(Durability durability)
    {
        var trace = _folder.File("trace");
        var path = _folder.File("x.vmem");
        string[] arguments =
        [
            "-f", "-y", "-s", "40", "-e", "trace=openat,pwrite64,write,fsync,fdatasync", "-o", trace,
            "dotnet", "exec", typeof(SystemCallTests).Assembly.Location, ChildProgram.Commits, path, $"{durability}",
        ];
        using (var child = Process.Start(new ProcessStartInfo("strace", arguments) { RedirectStandardOutput = true })!)
        {
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.Equal(0, child.ExitCode);
        }

        var underWay = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(trace))
        {
            var thread = line[..line.IndexOf(' ')];
            var text = line[thread.Length..].Trim();
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                underWay[thread] = text;
                continue;
            }

            text = text.StartsWith("<... ", StringComparison.Ordinal) ? underWay[thread] + text : text;
            if (CallPattern().Match(text) is { Success: true } match
                && (text.Contains(_folder.Path, StringComparison.Ordinal)
                    || text.StartsWith("write", StringComparison.Ordinal)))
            {
                yield return new Call(match.Groups[1].Value, match.Groups[2].Value, text);
            }
        }
    }

    [GeneratedRegex(@"^(\w+)\([^<,]*(?:<([^>]*)>)?")]
    private static partial Regex CallPattern();

    private sealed record Call(string Name, string Path, string Text);
}

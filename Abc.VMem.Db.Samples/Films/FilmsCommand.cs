using System.CommandLine;
using Abc.VMem.Db.Paging;
using Spectre.Console;

namespace Abc.VMem.Db.Samples.Films;

/// <summary>The main sample on the command line; it also is what runs without a command.</summary>
internal static class FilmsCommand
{
    private static readonly Option<DirectoryInfo> Folder = new("--folder")
    {
        Description = "Folder of the database. Default: abc-vmem-films in the temporary folder.",
    };

    private static readonly Option<FileInfo> File = new("--file")
    {
        Description = "Films to load, one JSON object a line (.jsonl or .jsonl.gz). Default: "
            + "../shared/data/movies.jsonl.gz where it is, else made-up films.",
    };

    private static readonly Option<int?> MaxMappedPages = new("--max-mapped-pages")
    {
        Description = "Cap on the pages of 4 KB that are mapped at any time, from 16.",
        Validators =
        {
            parsed =>
            {
                if (parsed.GetValueOrDefault<int?>() < Pool.MinMappedPages)
                {
                    parsed.AddError($"--max-mapped-pages is at least {Pool.MinMappedPages}.");
                }
            },
        },
    };

    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "Compare each answer with LINQ to Objects over the same films.",
    };

    /// <summary>The command "films".</summary>
    public static Command Create()
    {
        var command = new Command("films", "Load a catalogue of films and ask it questions (the default).");
        AddTo(command);
        return command;
    }

    /// <summary>Gives a command the options and the action of this sample.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Folder);
        command.Add(File);
        command.Add(MaxMappedPages);
        command.Add(Verify);
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(OptionsOf(parsed), parsed.InvocationConfiguration, cancellation), CancellationToken.None));
    }

    private static FilmsOptions OptionsOf(ParseResult parsed) =>
        new(parsed.GetValue(Folder) ?? FilmsOptions.DefaultFolder,
            parsed.GetValue(File),
            parsed.GetValue(MaxMappedPages),
            parsed.GetValue(Verify));

    /// <summary>Runs the sample; whatever a user can cause ends in one line, not in a stack trace.</summary>
    private static int Run(FilmsOptions options, InvocationConfiguration streams, CancellationToken cancellation)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(streams.Output) });
        try
        {
            return new FilmsRun(options, console).Run(cancellation) == 0 ? 0 : 2;
        }
        catch (OperationCanceledException)
        {
            streams.Error.WriteLine("Cancelled. The database has what was committed; run it again to go on.");
            return 130;
        }
        catch (Exception failure) when (failure is FilmFileException or VMemDbException)
        {
            streams.Error.WriteLine(failure.Message.ReplaceLineEndings(" "));
            return 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var message = failure.Message.ReplaceLineEndings(" ");
            streams.Error.WriteLine($"The folder {options.Folder.FullName} can't be used: {message}");
            return 1;
        }
    }
}

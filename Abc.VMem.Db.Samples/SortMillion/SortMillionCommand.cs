using System.CommandLine;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Samples.SortMillion;

/// <summary>The sample on the command line.</summary>
internal static class SortMillionCommand
{
    private static readonly Option<int> Count = new("--count")
    {
        Description = "Records of 100 bytes to sort. The file takes three times their size meanwhile.",
        DefaultValueFactory = _ => 1_000_000,
        Validators = { RequireAtLeast(0) },
    };

    private static readonly Option<int> MaxMappedPages = new("--max-mapped-pages")
    {
        Description = "Cap on the pages of 4 KB that are mapped at any time.",
        DefaultValueFactory = _ => 256,
        Validators = { RequireAtLeast(Pool.MinMappedPages) },
    };

    /// <summary>The command "sort".</summary>
    public static Command Create()
    {
        var command = new Command("sort", "Sort a list of a million records, 100 MB, in a pool of 1 MB.");
        command.Add(Count);
        command.Add(MaxMappedPages);
        command.SetAction(parsed => SampleFailure.Guard(parsed, output =>
        {
            var folder = Directory.CreateTempSubdirectory("abc-vmem-");
            try
            {
                new SortMillionSample(output).Run(
                    Path.Combine(folder.FullName, "sort.vmem"),
                    parsed.GetValue(Count),
                    parsed.GetValue(MaxMappedPages));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }));
        return command;
    }

    private static Action<System.CommandLine.Parsing.OptionResult> RequireAtLeast(int least) => parsed =>
    {
        if (parsed.GetValueOrDefault<int>() < least)
        {
            parsed.AddError($"{parsed.Option.Name} is at least {least}.");
        }
    };
}

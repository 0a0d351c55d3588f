using System.CommandLine;

namespace Abc.VMem.Db.Samples.Seed;

/// <summary>The sample on the command line. It keeps its file, which is the point of it.</summary>
internal static class SeedCommand
{
    private static readonly Option<DirectoryInfo> Folder = new("--folder")
    {
        Description = "Folder of the pool. Default: abc-vmem-seed in the temporary folder.",
    };

    /// <summary>The command "seed".</summary>
    public static Command Create()
    {
        var command = new Command("seed", "Lists and strings of a program's own, kept from run to run.");
        command.Add(Folder);
        command.SetAction(parsed => SampleFailure.Guard(parsed, output =>
        {
            var folder = parsed.GetValue(Folder)
                ?? new DirectoryInfo(Path.Combine(Path.GetTempPath(), "abc-vmem-seed"));
            folder.Create();
            SeedSample.Run(Path.Combine(folder.FullName, "pool.vmem"), output);
        }));
        return command;
    }
}

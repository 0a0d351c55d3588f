using System.CommandLine;
using Abc.VMem.Db.Samples.Films;
using Abc.VMem.Db.Samples.KeyValueMap;
using Abc.VMem.Db.Samples.OwnStructure;
using Abc.VMem.Db.Samples.QuickStart;
using Abc.VMem.Db.Samples.Seed;
using Abc.VMem.Db.Samples.SortMillion;
using Abc.VMem.Db.Samples.Transactions;
using Abc.VMem.Db.Samples.WorkQueue;

namespace Abc.VMem.Db.Samples;

/// <summary>The samples on the command line.</summary>
public static class SampleCommands
{
    /// <summary>The root command: without a command of its own it runs the films.</summary>
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("Samples of Abc.VMem.Db. Without a command: films.")
        {
            FilmsCommand.Create(),
            Small("quickstart", "A collection, an index, a query.", QuickStartSample.Run),
            Small("map", "Ordered key-value maps.", KeyValueMapSample.Run),
            Small("queue", "A queue, a log and a map in a pool of one's own.", WorkQueueSample.Run),
            Small("transactions", "Transactions and snapshots.", TransactionsSample.Run),
            SeedCommand.Create(),
            SortMillionCommand.Create(),
            Small("structure", "A structure of your own, built on containers.", OwnStructureSample.Run),
        };
        FilmsCommand.AddTo(root);
        return root;
    }

    /// <summary>A sample that needs nothing but a new file, which is removed afterwards.</summary>
    private static Command Small(string name, string description, Action<string, TextWriter> run)
    {
        var command = new Command(name, description);
        command.SetAction(parsed =>
        {
            var folder = Directory.CreateTempSubdirectory("abc-vmem-");
            try
            {
                run(Path.Combine(folder.FullName, "sample.vmem"), parsed.InvocationConfiguration.Output);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }
}

using System.CommandLine;
using Abc.VMem.Db.Samples.Films;
using Abc.VMem.Db.Samples.KeyValueMap;
using Abc.VMem.Db.Samples.QuickStart;
using Abc.VMem.Db.Samples.Transactions;

var root = new RootCommand("Samples of Abc.VMem.Db. Without a command: films.")
{
    FilmsCommand.Create(),
    Sample("quickstart", "A collection, an index, a query.", QuickStartSample.Run),
    Sample("map", "An ordered key-value map.", KeyValueMapSample.Run),
    Sample("transactions", "Transactions and snapshots.", TransactionsSample.Run),
};
FilmsCommand.AddTo(root);

// A cancelled load rolls back before the process ends.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await root.Parse(args).InvokeAsync(configuration);

static Command Sample(string name, string description, Action<string, TextWriter> run)
{
    var command = new Command(name, description);
    command.SetAction(_ =>
    {
        var folder = Directory.CreateTempSubdirectory("abc-vmem-");
        try
        {
            run(Path.Combine(folder.FullName, "sample.vmem"), Console.Out);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    });
    return command;
}

using System.CommandLine;
using Abc.VMem.Db.Samples;

// A cancelled load rolls back before the process ends.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await SampleCommands.CreateRoot().Parse(args).InvokeAsync(configuration);

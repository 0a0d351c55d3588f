using System.Globalization;
using Abc.VMem.Db.Benchmarks.Cap;
using Abc.VMem.Db.Tests.Disk;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>What the test assembly does when it is started as a process of its own.</summary>
internal static class ChildProgram
{
    /// <summary>Inserts for ever, printing each acknowledged id: insert &lt;path&gt; &lt;first id&gt;.</summary>
    public const string Insert = "insert";

    /// <summary>Holds a database open until its standard input ends: hold &lt;path&gt;.</summary>
    public const string Hold = "hold";

    /// <summary>
    /// Tries to open a database and prints what came of it: open &lt;path&gt; &lt;true when read-only&gt;.
    /// </summary>
    public const string Open = "open";

    /// <summary>Runs a proof of the cap: cap &lt;name&gt; &lt;folder&gt; &lt;size&gt;.</summary>
    public const string Cap = "cap";

    /// <summary>
    /// Changes a database under a snapshot until it has a temporary file, prints so, and holds both until its standard
    /// input ends: spill &lt;path&gt;.
    /// </summary>
    public const string Spill = "spill";

    /// <summary>Runs tests, up to the first that fails: test &lt;words of their names&gt;.</summary>
    public const string Test = "test";

    /// <summary>Fills the disk of a folder, and goes on there: fill &lt;folder&gt;.</summary>
    public const string Fill = "fill";

    /// <summary>Makes steps of every kind for ever: churn &lt;path&gt; &lt;first step&gt;.</summary>
    public const string Churn = "churn";

    /// <summary>Inserts, opening the file anew each time: contend &lt;path&gt; &lt;owner&gt; &lt;count&gt;.</summary>
    public const string Contend = "contend";

    /// <summary>Commits a few times, and says so after each: commits &lt;path&gt; &lt;durability&gt;.</summary>
    public const string Commits = "commits";

    /// <summary>Runs one of these commands.</summary>
    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case [Insert, var path, var first]:
                CrashDocuments.InsertForEver(path, int.Parse(first, CultureInfo.InvariantCulture), Console.Out);
                return 0;
            case [Hold, var path]:
                using (VMemDatabase.Open(path))
                {
                    Console.WriteLine("open");
                    Console.In.ReadToEnd();
                }

                return 0;
            case [Open, var path, var isReadOnly]:
                Console.WriteLine(TryOpen(path, bool.Parse(isReadOnly)));
                return 0;
            case [Cap, var name, var folder, var size]:
                return CapProof.Run(name, folder, int.Parse(size, CultureInfo.InvariantCulture), Console.Out);
            case [Spill, var path]:
                using (var database = VMemDatabase.Open(path, new() { MaxMappedPages = 16 }))
                using (database.BeginSnapshot())
                {
                    SpillDocuments(database);
                    Console.WriteLine("spilled");
                    Console.In.ReadToEnd();
                }

                return 0;
            case [Test, var wanted]:
                return TestRun.Run(wanted, Console.Out);
            case [Fill, var folder]:
                FullDiskProgram.Run(folder, Console.Out);
                return 0;
            case [Churn, var path, var first]:
                ChurnProgram.Run(path, int.Parse(first, CultureInfo.InvariantCulture), Console.Out);
                return 0;
            case [Contend, var path, var owner, var rounds]:
                ContentionTests.Contend(path, owner, int.Parse(rounds, CultureInfo.InvariantCulture));
                Console.WriteLine("done");
                return 0;
            case [Commits, var path, var durability]:
                SystemCallTests.Commit(path, Enum.Parse<Durability>(durability), Console.Out);
                return 0;
            default:
                Console.Error.WriteLine("This assembly is run by a test runner: dotnet test -c Release");
                return 1;
        }
    }

    private static void SpillDocuments(VMemDatabase database)
    {
        var people = database.GetCollection<Person>("people");
        for (var id = 1; database.GetStatistics().SpillBytes == 0; id++)
        {
            people.Upsert(Person.Make((id % 1_000) + 1));
        }
    }

    private static string TryOpen(string path, bool isReadOnly)
    {
        try
        {
            using var database = VMemDatabase.Open(path, new VMemDatabaseOptions { ReadOnly = isReadOnly });
            return "open";
        }
        catch (DatabaseOpenException error)
        {
            return $"{error.Reason}: {error.Message.ReplaceLineEndings(" ")}";
        }
    }
}

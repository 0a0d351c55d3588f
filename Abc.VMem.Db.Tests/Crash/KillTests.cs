using System.Globalization;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// A process that inserts is killed at a random moment, also while it opens and recovers; then the file is opened here.
/// What the process had acknowledged must be there, at most the last transaction beside it, and the file must be whole.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int MaxMillisecondsToKill = 300;

    // One in this many rounds kills the child while it opens the file and recovers; the others while it inserts.
    private const int KillsWhileOpening = 4;

    private static readonly int Kills = Proof.Scale(50);

    [Fact]
    public void Kill_AtRandomMoments_LosesNothingAcknowledged()
    {
        var seed = Proof.Seed;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var path = folder.File("kill.vmem");
        var acknowledged = new List<int>();
        var busyRounds = 0;
        for (var round = 0; round < Kills; round++)
        {
            var before = acknowledged.Count;
            RunAndKill(path, acknowledged, random);
            busyRounds += acknowledged.Count > before ? 1 : 0;
            Verify(path, acknowledged, round);
        }

        Proof.Count(ProofKind.Kill, Kills, nameof(KillTests));
        output.WriteLine($"{acknowledged.Count} documents, {busyRounds} of {Kills} rounds inserted some");
        Assert.True(busyRounds > Kills / 2, "The child was mostly killed before it inserted anything.");
    }

    private static void RunAndKill(string path, List<int> acknowledged, Random random)
    {
        var firstId = acknowledged.Count == 0 ? 1 : acknowledged[^1] + 1;
        using var child = ChildProcess.Start(
            asNobody: false, ChildProgram.Insert, path, firstId.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("opening", child.Output.ReadLine());
        var text = "";
        if (random.Next(KillsWhileOpening) != 0)
        {
            text = child.Output.ReadLine() + "\n";
        }

        var rest = Task.Run(child.Output.ReadToEnd);
        Thread.Sleep(random.Next(MaxMillisecondsToKill));
        child.Kill();
        text += rest.GetAwaiter().GetResult();

        // A line without its end may be half a number.
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        acknowledged.AddRange(lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture)));
    }

    /// <summary>
    /// Takes what was committed without being acknowledged as acknowledged, so that the next round goes on.
    /// </summary>
    private static void Verify(string path, List<int> acknowledged, int round)
    {
        using var database = VMemDatabase.Open(path);
        var documents = CrashDocuments.Collection(database);
        database.Check();
        var found = documents.FindAll().ToList();
        var unacknowledged = found.Count - acknowledged.Count;
        Assert.True(
            unacknowledged is >= 0 and <= CrashDocuments.MaxUnacknowledged,
            $"Round {round}: {acknowledged.Count} acknowledged, {found.Count} found.");
        Assert.Equal(acknowledged, found.Take(acknowledged.Count).Select(document => document.Id));
        foreach (var document in found)
        {
            var expected = CrashDocuments.Make(document.Id);
            Assert.Equal(expected.Text, document.Text);
            Assert.Equal(expected.Code, document.Code);
            Assert.Equal(expected.Tags, document.Tags);
        }

        acknowledged.AddRange(found.Skip(acknowledged.Count).Select(document => document.Id));
    }
}

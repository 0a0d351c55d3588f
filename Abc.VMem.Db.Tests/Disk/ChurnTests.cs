using System.Globalization;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>
/// A process that does everything (large transactions at small caps, savepoints, index builds, checkpoints,
/// compactions) is killed at random moments; the next one goes on with what it finds.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class ChurnTests(ITestOutputHelper output)
{
    private const int MaxMilliseconds = 400;

    [Fact]
    public void Kill_AtRandomMoments_KeepsEveryStepWhole()
    {
        output.WriteLine($"seed {Proof.Seed}");
        var random = new Random(Proof.Seed);
        using var folder = new TemporaryFolder();
        var path = folder.File("churn.vmem");
        var done = 0;
        var rounds = Proof.Scale(15);
        for (var round = 0; round < rounds; round++)
        {
            done = Verify(path, RunAndKill(path, done, random), round);
        }

        Assert.True(done > rounds, "The child was mostly killed before it did anything.");
        Proof.Count(ProofKind.Kill, rounds, nameof(ChurnTests));
    }

    /// <summary>The last step that was acknowledged.</summary>
    private static int RunAndKill(string path, int done, Random random)
    {
        using var child = ChildProcess.Start(
            asNobody: false, ChildProgram.Churn, path, (done + 1).ToString(CultureInfo.InvariantCulture));
        Assert.Equal("opening", child.Output.ReadLine());
        var first = random.Next(5) == 0 ? "" : child.Output.ReadLine() + "\n";
        var rest = Task.Run(child.Output.ReadToEnd);
        Thread.Sleep(random.Next(MaxMilliseconds));
        child.Kill();

        // A line without its end may be half a number.
        var text = first + rest.GetAwaiter().GetResult();
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? done : int.Parse(lines[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>What is there is what the acknowledged steps left, or one more; returns how many.</summary>
    private static int Verify(string path, int done, int round)
    {
        using var database = ChurnProgram.Open(path, round);
        database.Check();
        if (ChurnProgram.Differs(database, ChurnProgram.After(done)) is not { } difference)
        {
            return done;
        }

        var further = ChurnProgram.Differs(database, ChurnProgram.After(done + 1));
        Assert.True(further is null, $"Round {round}, step {done}: {difference}. Step {done + 1}: {further}");
        return done + 1;
    }
}

using System.Globalization;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>Runs operations on a fresh disk, and tells a failure as a short script.</summary>
internal static class ModelReplay
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs them; the first failure is shrunk, and thrown as a test in C#.</summary>
    /// <exception cref="XunitException">The database and the model disagree.</exception>
    public static ModelRun Run(ModelSetup setup, IReadOnlyList<Operation> operations, string story)
    {
        using var run = new ModelRun(setup);
        var at = 0;
        try
        {
            foreach (var operation in operations)
            {
                at++;
                run.Run(operation);
            }

            run.Finish();
            return run;
        }
        catch (Exception e)
        {
            throw Failure(setup, [.. operations.Take(at)], story, e);
        }
    }

    /// <summary>The script of a sequence, up to its failure when it fails.</summary>
    public static (string Script, Exception? Failure) Write(
        ModelSetup setup, IReadOnlyList<Operation> operations, string name = "Replay")
    {
        var script = new ModelScript(name);
        using var run = new ModelRun(setup, script);
        try
        {
            foreach (var operation in operations)
            {
                run.Run(operation);
            }

            run.Finish();
            return (script.ToString(), null);
        }
        catch (Exception e)
        {
            return (script.ToString(), e);
        }
    }

    /// <summary>How many operations ran until one failed; null when none does.</summary>
    public static int? Fails(ModelSetup setup, IReadOnlyList<Operation> operations)
    {
        var at = 0;
        using var run = new ModelRun(setup);
        try
        {
            foreach (var operation in operations)
            {
                at++;
                run.Run(operation);
            }

            run.Finish();
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return at;
        }
    }

    private static XunitException Failure(
        ModelSetup setup, IReadOnlyList<Operation> operations, string story, Exception first)
    {
        var shrinker = new OperationShrinker(list => Fails(setup, list), s_patience);
        var shortest = shrinker.Shrink(operations);
        var (script, failure) = Write(setup, shortest);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {story}: operation {operations.Count} of it failed.
            {shortest.Count} operations are left after {shrinker.Replays} replays.
            {(failure is null ? "It does not fail again: something in it is not deterministic." : "")}
            {script}
            It failed with: {failure ?? first}
            """);
        return new XunitException(text, first);
    }
}

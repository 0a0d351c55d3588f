using System.Globalization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// How a state came to be, and how to make it again: the script, and the power losses one after the other.
/// </summary>
/// <remarks>
/// As text, for example <c>map/LogSwitch / 57 Random 1234 / 3 Torn 77</c>: the power goes at the 57th changing call of
/// the script, then at the third one of the recovery. With the text in the environment variable VMEM_CRASH,
/// <see cref="CrashReplayTests"/> makes exactly that state and verifies it. A kill stands for the death of the process
/// only. Names of policies are those of <see cref="CrashPolicy"/>.
/// </remarks>
/// <param name="Script">The script.</param>
/// <param name="Steps">The power losses, in order.</param>
internal sealed record CrashPath(CrashScript Script, params CrashStep[] Steps)
{
    /// <summary>The same with one more power loss.</summary>
    public CrashPath Then(CrashStep step) => new(Script, [.. Steps, step]);

    /// <summary>Reads the text.</summary>
    public static CrashPath Parse(string text)
    {
        var parts = text.Split(" / ");
        return new(CrashScripts.Named(parts[0]), [.. parts.Skip(1).Select(CrashStep.Parse)]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(" / ", Steps.Select(step => step.ToString()).Prepend(Script.Name));
}

/// <summary>One power loss.</summary>
/// <param name="Call">The changing call at which it comes, from 1; the number after the last one = at the end.</param>
/// <param name="Policy">What survives; null = the process dies, and everything does.</param>
/// <param name="Seed">For what the policy chooses.</param>
internal readonly record struct CrashStep(int Call, CrashPolicy? Policy, int Seed)
{
    private const string Kill = "Kill";

    /// <summary>Reads the text.</summary>
    public static CrashStep Parse(string text)
    {
        var words = text.Split(' ');
        return new(
            int.Parse(words[0], CultureInfo.InvariantCulture),
            words[1] == Kill ? null : Enum.Parse<CrashPolicy>(words[1]),
            int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    /// <summary>The disk that it leaves.</summary>
    public SimulatedFileSystem Leave(SimulatedFileSystem files) =>
        Policy is { } policy ? files.Crash(policy, Seed) : files.Kill();

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Call} {Policy?.ToString() ?? Kill} {Seed}");
}

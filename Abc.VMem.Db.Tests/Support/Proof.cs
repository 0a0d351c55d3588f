using System.Globalization;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// Sizes, seeds and figures of the tests that prove more the longer they run. Every run with the same seed and effort
/// does the same.
/// </summary>
internal static class Proof
{
    /// <summary>
    /// Name of the trait of the tests that count here. Their caps are their own: VMEM_TEST_PAGES changes nothing.
    /// </summary>
    public const string Trait = "Kind";

    /// <summary>The trait's value.</summary>
    public const string Kind = "proof";

    private static readonly Lock s_lock = new();

    /// <summary>How many times as much as every run does: VMEM_PROOF, 1 when it is not set.</summary>
    public static int Effort { get; } = Math.Max(1, Read("VMEM_PROOF", 1));

    /// <summary>
    /// What random choices follow from: VMEM_SEED, a number or "random", 1 when it is not set. A failure prints it.
    /// </summary>
    public static int Seed { get; } = Variable("VMEM_SEED") is "random" ? Environment.TickCount : Read("VMEM_SEED", 1);

    /// <summary>A size that grows with the effort.</summary>
    public static int Scale(int usual) => checked(usual * Effort);

    /// <summary>The number in an environment variable, or what every run does when it is not set.</summary>
    public static int Scale(string variable, int usual) => Read(variable, usual);

    /// <summary>
    /// Adds to what was looked at: one line in the file that VMEM_PROOF_REPORT names, which <c>.ci/run</c> sums up.
    /// </summary>
    /// <param name="kind">What is counted.</param>
    /// <param name="count">How many.</param>
    /// <param name="by">The test.</param>
    public static void Count(ProofKind kind, long count, string by)
    {
        if (Variable("VMEM_PROOF_REPORT") is { } path)
        {
            lock (s_lock)
            {
                File.AppendAllText(path, FormattableString.Invariant($"{kind} {count} {by} seed {Seed}\n"));
            }
        }
    }

    private static int Read(string variable, int otherwise) =>
        Variable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}

/// <summary>What the proofs count.</summary>
internal enum ProofKind
{
    /// <summary>
    /// A disk as a power loss leaves it, different from all others of its script, recovered and verified.
    /// </summary>
    CrashState,

    /// <summary>A run of a script in which one call went wrong, and what it left, verified.</summary>
    Fault,

    /// <summary>A damaged file that was opened and read.</summary>
    Corruption,

    /// <summary>A random operation whose result was compared with a model's.</summary>
    ModelOperation,

    /// <summary>A generated query, compared with LINQ to Objects.</summary>
    Query,

    /// <summary>An operation of a history that was checked for snapshot isolation.</summary>
    HistoryOperation,

    /// <summary>An input of a fuzzer.</summary>
    FuzzInput,

    /// <summary>A killed process.</summary>
    Kill,
}

#if !VMEM_MUTATION
using System.Runtime.CompilerServices;
#endif

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Where the engine follows a <see cref="Rule"/>. The product always does, and the question costs nothing there: it is
/// a constant. A build of its own (<c>-p:Mutation=true</c>, see docs/TESTING.md) leaves one rule out, to see that a
/// test fails.
/// </summary>
internal static class Rules
{
#if VMEM_MUTATION
    private static readonly Rule s_broken =
        Enum.Parse<Rule>(Environment.GetEnvironmentVariable("VMEM_BREAK") is { Length: > 0 } name ? name : "None");

    /// <summary>Whether a rule is followed.</summary>
    public static bool Holds(Rule rule) => rule != s_broken;

    /// <summary>A lock, or one that keeps nobody out when the rule that wants it is left out.</summary>
    public static Lock Lock(Rule rule, Lock needed) => Holds(rule) ? needed : new Lock();
#else
    /// <summary>Whether a rule is followed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Rule rule) => rule != Rule.None;

    /// <summary>The lock that a rule wants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lock Lock(Rule rule, Lock needed)
    {
        _ = rule;
        return needed;
    }
#endif

    /// <summary>How many may be in a place that is for one.</summary>
    public static int Places(Rule rule) => Holds(rule) ? 1 : 99;
}

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>What was done to the files of a case, and what may come of it.</summary>
internal readonly record struct DamageFacts
{
    /// <summary>What was done, for messages.</summary>
    public required string Story { get; init; }

    /// <summary>
    /// The states that may be read when nothing is refused, as a set; all that is read must be of one of them.
    /// </summary>
    public ulong States { get; init; }

    /// <summary>
    /// Whether pages are valid but of another moment: what is read need not fit together, but must have been there.
    /// </summary>
    public bool IsStale { get; init; }

    /// <summary>Whether checksums were made right again: anything may be read.</summary>
    public bool IsHostile { get; init; }

    /// <summary>Pages whose bytes were changed; an exception that names a page names one of them. Null = any.</summary>
    public IReadOnlyList<long>? Pages { get; init; }

    /// <summary>Whether a check, at the latest, must find something.</summary>
    public bool MustBeNoticed { get; init; }
}

/// <summary>One way of damaging a base, in numbered cases.</summary>
/// <param name="target">What is damaged.</param>
/// <param name="name">Name in messages.</param>
/// <param name="count">Number of cases.</param>
/// <param name="apply">Damages the files for a case; the random numbers follow from the case.</param>
internal sealed class DamageFamily(
    DamageBase target, string name, long count, Func<DamagedFiles, long, Random, DamageFacts> apply)
{
    /// <summary>What is damaged.</summary>
    public DamageBase Target => target;

    /// <summary>Name in messages.</summary>
    public string Name => $"{target.Name}/{name}";

    /// <summary>Number of cases.</summary>
    public long Count => count;

    /// <summary>Damages the files for a case.</summary>
    public DamageFacts Apply(DamagedFiles files, long index) => apply(files, index, RandomOf(index));

    private Random RandomOf(long index)
    {
        // Not string.GetHashCode, which differs from run to run.
        var seed = Name.Aggregate(17L + Support.Proof.Seed, (hash, letter) => unchecked((hash * 31) + letter));
        return new Random(unchecked((int)(((seed * 1_000_003) + index) * 2_654_435_761 >> 8)));
    }
}

namespace Abc.VMem.Db.Collections;

/// <summary>A half-open interval of encoded keys: From ≤ key &lt; To in memcmp order; null = unbounded.</summary>
/// <param name="From">First key inside, or null.</param>
/// <param name="To">First key outside, or null.</param>
internal readonly record struct KeyRange(byte[]? From, byte[]? To)
{
    /// <summary>All keys.</summary>
    public static KeyRange All => default;

    /// <summary>Whether no key can be inside.</summary>
    public bool IsEmpty => From is not null && To is not null && From.AsSpan().SequenceCompareTo(To) >= 0;
}

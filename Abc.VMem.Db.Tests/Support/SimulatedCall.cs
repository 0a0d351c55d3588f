namespace Abc.VMem.Db.Tests.Support;

/// <summary>A call that changes the disk. Its text is made only for who asks.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Path">To what.</param>
/// <param name="Offset">Where, or the new length.</param>
/// <param name="Count">Bytes of a write.</param>
internal readonly record struct SimulatedCall(string Verb, string Path, long Offset = -1, int Count = -1)
{
    /// <summary>Which call it is, from 1.</summary>
    public int Number { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Number}: {Verb} {Path}{(Offset < 0 ? "" : $" {Offset}")}{(Count < 0 ? "" : $"+{Count}")}");
}

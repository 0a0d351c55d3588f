namespace Abc.VMem.Db.Paging;

/// <summary>
/// A byte of a pool: the position of its page, and its offset in the page. This is how a program says where the state
/// of a structure lives.
/// </summary>
/// <param name="Page">Position of the page.</param>
/// <param name="Offset">Offset from the page's first byte. The first 48 bytes are the pool's: 48..4095.</param>
public readonly record struct PageAddress(PagePos Page, int Offset)
{
    /// <summary>The address of a byte further on in the same page.</summary>
    /// <param name="bytes">How much further; negative = before.</param>
    public PageAddress Plus(int bytes) => this with { Offset = Offset + bytes };

    /// <summary>Page and offset, as "1:128".</summary>
    public override string ToString() => FormattableString.Invariant($"{Page}:{Offset}");
}

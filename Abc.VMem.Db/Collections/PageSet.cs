using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Pages that a check has reached: one bit a page. Each page belongs to one structure.</summary>
internal sealed class PageSet(long pageCount)
{
    private readonly ulong[] _bits = new ulong[(pageCount + 63) / 64];

    /// <summary>Pages of the pool.</summary>
    public long PageCount => pageCount;

    /// <summary>Pages reached.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the page was reached.</summary>
    public bool Contains(PagePos position) =>
        position.Value >= 0 && position.Value < pageCount
        && (_bits[position.Value / 64] >> (int)(position.Value % 64) & 1) != 0;

    /// <summary>Refuses a page that nothing reached.</summary>
    /// <exception cref="CorruptDatabaseException">There is one.</exception>
    public void RequireAll()
    {
        for (long position = 0; Count < pageCount && position < pageCount; position++)
        {
            if (!Contains(new(position)))
            {
                throw new CorruptDatabaseException(
                    "free list", position, "a page that is used or free", "one that is neither");
            }
        }
    }

    /// <summary>Notes a page.</summary>
    /// <exception cref="CorruptDatabaseException">
    /// It lies outside the pool, or something else reached it before.
    /// </exception>
    public void Add(PagePos position, string structure)
    {
        if (position.Value < 0 || position.Value >= pageCount)
        {
            throw new CorruptDatabaseException(
                structure,
                position.Value,
                FormattableString.Invariant($"a page below {pageCount}"),
                "one beyond the end");
        }

        if (Contains(position))
        {
            throw new CorruptDatabaseException(
                structure, position.Value, "a page of its own", "one that is used twice");
        }

        _bits[position.Value / 64] |= 1UL << (int)(position.Value % 64);
        Count++;
    }
}

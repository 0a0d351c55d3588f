using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Which pages are free, for one stretch of positions: a bit each.</summary>
internal sealed class FreeMap
{
    private const long LeastPages = 64 << 10;
    private const long MostPages = 8 << 20;

    private readonly ulong[] _bits;

    private FreeMap(long first, long count) => (First, _bits) = (first, new ulong[(count + 63) / 64]);

    /// <summary>First position of the stretch.</summary>
    public long First { get; }

    /// <summary>Positions that a map may have under a cap on mapped pages: 1/512 of the cap's bytes, or 8 KB.</summary>
    public static long PagesFor(int maxMappedPages) => Math.Clamp(maxMappedPages * 64L, LeastPages, MostPages);

    /// <summary>Goes through all free pages and notes those of a stretch.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="first">First position of the stretch.</param>
    /// <param name="count">Positions in it.</param>
    /// <param name="listedOnly">Whether free pages that are part of the stack itself are left out.</param>
    /// <exception cref="CorruptDatabaseException">The stack is damaged.</exception>
    public static FreeMap Read(PageReader pages, long first, long count, bool listedOnly)
    {
        var map = new FreeMap(first, count);
        var end = first + count;
        FreePages.Visit(pages, (position, isListed) =>
        {
            if (position.Value >= first && position.Value < end && (isListed || !listedOnly))
            {
                map.Add(position);
            }
        });
        return map;
    }

    /// <summary>Free pages from a position to the end of the pool.</summary>
    /// <exception cref="CorruptDatabaseException">The stack is damaged.</exception>
    public static long CountFrom(PageReader pages, long first)
    {
        var count = 0L;
        FreePages.Visit(pages, (position, _) => count += position.Value >= first ? 1 : 0);
        return count;
    }

    /// <summary>First page of the longest run of free pages that ends with the pool.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="mostPages">Pages of the run that are looked for, at most.</param>
    /// <returns>The page count when the last page is not free.</returns>
    /// <exception cref="CorruptDatabaseException">The stack is damaged.</exception>
    public static long FindTail(PageReader pages, long mostPages)
    {
        var end = pages.PageCount;
        var first = Math.Max(2, end - mostPages);
        var map = Read(pages, first, end - first, listedOnly: false);
        while (end > first && map.Contains(end - 1))
        {
            end--;
        }

        return end;
    }

    /// <summary>Whether a position of the stretch is noted.</summary>
    public bool Contains(long position)
    {
        var at = position - First;
        return (_bits[at / 64] >> (int)(at % 64) & 1) != 0;
    }

    private void Add(PagePos position)
    {
        var at = position.Value - First;
        ref var word = ref _bits[at / 64];
        var bit = 1UL << (int)(at % 64);
        if ((word & bit) != 0)
        {
            throw FreePages.Damaged(position, $"each page once", "it twice");
        }

        word |= bit;
    }
}

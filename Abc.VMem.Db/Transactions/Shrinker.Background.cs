using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Truncation that nobody asked for.</summary>
internal sealed partial class Shrinker
{
    // Free pages, and pages at the end, that are worth the trouble.
    private const long LeastPages = 64;
    private const int LeastShare = 8;

    // Pages move only when they keep so many times as many free ones in the file.
    private const int MovedShare = 8;

    // So many times in a row it must be worthwhile: what fills up again soon is not given back.
    private const int Patience = 5;

    // When a look at the free pages led to nothing, the next one comes after this many times what it took.
    private const int RestShare = 100;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WriterPatience = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RestAfterError = TimeSpan.FromMinutes(1);

    private (long Pages, long Free) _seen;
    private int _worthwhile;
    private bool _hasMoved;
    private long _restFrom;
    private TimeSpan _rest;
    private long _failedAt;

    /// <summary>
    /// Knows structures whose pages may move without being asked; null = none. Then a few pages that were taken at the
    /// end of the file while it was free do not keep all before them.
    /// </summary>
    public IPageMoves? UnaskedMoves { get; set; }

    /// <summary>A little of the same, when it is worthwhile and disturbs nobody; on the maintenance thread.</summary>
    public void TruncateSlowly()
    {
        if ((_failedAt != 0 && Stopwatch.GetElapsedTime(_failedAt) < RestAfterError) || !_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (_isCutDue)
            {
                TryCut(wait: false);
            }
            else if (IsWorthwhile() && ++_worthwhile > Patience)
            {
                var started = Stopwatch.GetTimestamp();
                while (Step(wait: false, LeastPages) && Stopwatch.GetElapsedTime(started) < StepTime)
                {
                    // A little more, as long as nobody would notice.
                }
            }
        }
        catch
        {
            _failedAt = Stopwatch.GetTimestamp();
            throw;
        }
        finally
        {
            _lock.Exit();
        }
    }

    // A look that led to nothing is not repeated before something has changed, and some time has passed.
    private void Rest(PageReader pages, TimeSpan taken)
    {
        (_seen, _worthwhile, _hasMoved) = ((pages.PageCount, FreeCount(pages)), 0, false);
        (_restFrom, _rest) = (Stopwatch.GetTimestamp(), RestShare * taken);
    }

    private bool TryBeginMoves(PageReader pages)
    {
        var pivot = pages.PageCount - FreeCount(pages);
        var free = FreeMap.CountFrom(pages, pivot);
        var used = pages.PageCount - pivot - free;
        if (UnaskedMoves is null || _hasMoved || used * MovedShare > free)
        {
            return false;
        }

        _gather.Begin(pivot);
        UnaskedMoves.Begin();
        (_phase, _hasMoved) = (Phase.Move, true);
        return true;
    }

    private bool MoveUnasked()
    {
        using var pages = engine.TryBeginTransaction(WriterPatience);
        if (pages is null)
        {
            return false;
        }

        if (!TryMoveSome(pages, UnaskedMoves!, out _, out var isOver) || isOver)
        {
            Restart();
        }

        return true;
    }

    private bool IsWorthwhile()
    {
        if (_phase is Phase.Measure or Phase.Gather or Phase.Move)
        {
            return true;
        }

        if (_restFrom != 0 && Stopwatch.GetElapsedTime(_restFrom) < (_rest > LeastRest ? _rest : LeastRest))
        {
            return false;
        }

        using var snapshot = engine.BeginSnapshot();
        var (count, free) = (snapshot.PageCount, FreeCount(snapshot));
        var isWorthwhile = (count, free) != _seen && free >= Math.Max(LeastPages, count / LeastShare);
        _worthwhile = isWorthwhile ? _worthwhile : 0;
        return isWorthwhile;
    }
}

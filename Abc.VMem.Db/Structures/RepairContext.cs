using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// What the parts of a repair share: the copy that is being repaired, in transactions of bounded size; which of its
/// pages are blank, since the damaged file did not give them; what each page was found to belong to; what was lost.
/// </summary>
internal sealed class RepairContext : IDisposable
{
    // A transaction may rewrite half of the pool's pages; a change rewrites a few.
    private const int PartShare = 16;

    private readonly Engine _engine;
    private readonly SalvageCopy _copy;
    private readonly bool _isOfOneMoment;
    private readonly Action<string, long> _advance;
    private readonly Dictionary<PageOwner, RepairLoss> _losses = [];
    private Transaction _transaction;
    private readonly HashSet<PagePos> _explained = [];
    private Dictionary<PagePos, List<PagePos>>? _successors;
    private bool _isAnyUnexplained;
    private long _steps;

    /// <summary>Begins.</summary>
    /// <param name="engine">The copy, opened.</param>
    /// <param name="copy">How it was made.</param>
    /// <param name="isOfOneMoment">Whether all pages that were read are of one moment.</param>
    /// <param name="advance">Called for progress; may cancel by throwing.</param>
    public RepairContext(Engine engine, SalvageCopy copy, bool isOfOneMoment, Action<string, long> advance)
    {
        (_engine, _copy, _isOfOneMoment, _advance) = (engine, copy, isOfOneMoment, advance);
        Owners = new PageOwners(copy.PagesThere);
        Free = Owners.Begin(StateScan.FreeOwner);
        _transaction = engine.BeginTransaction();
    }

    /// <summary>Pages of the running part. Ask again after each step.</summary>
    public PageWriter Pages => _transaction;

    /// <summary>What the pages that the copy began with belong to.</summary>
    public PageOwners Owners { get; }

    /// <summary>Pages that were free in the damaged file.</summary>
    public PageOwner Free { get; }

    /// <summary>
    /// Whether the free list is whole, and of the pages' own moment: a page that nothing leads to was lost by something
    /// then.
    /// </summary>
    public bool IsFreeKnown { get; private set; }

    /// <summary>Pages of the damaged pool.</summary>
    public long SourcePageCount => _copy.PageCount;

    /// <summary>What was lost, by structure.</summary>
    public IReadOnlyCollection<RepairLoss> Losses => _losses.Values;

    /// <summary>Whether the damaged file did not give a page.</summary>
    public bool IsLost(PagePos position) => _copy.IsLost(position);

    /// <summary>The loss of a structure, to add to.</summary>
    public RepairLoss LossOf(PageOwner owner)
    {
        if (!_losses.TryGetValue(owner, out var loss))
        {
            loss = new RepairLoss(owner);
            _losses.Add(owner, loss);
        }

        return loss;
    }

    /// <summary>Notes what a lost page was: it led to nothing that is not known.</summary>
    public void Explain(PagePos lost) => _explained.Add(lost);

    /// <summary>Notes that states may have been lost of which nothing is known.</summary>
    public void NoteUnexplained() => _isAnyUnexplained = true;

    /// <summary>Whether it is known of each lost page what it led to.</summary>
    public bool IsAllExplained()
    {
        var isExplained = !_isAnyUnexplained && _copy.PagesThere == _copy.PageCount;
        for (var at = 0L; isExplained && at < Owners.PageCount; at++)
        {
            var position = new PagePos(at);
            isExplained = !IsLost(position) || _explained.Contains(position) || Owners.OwnerOf(position) == Free;
        }

        return isExplained;
    }

    /// <summary>Reads the free list; begins a new one when it is damaged.</summary>
    public void TakeFreeList()
    {
        try
        {
            if (!_copy.HasRoot)
            {
                return;
            }

            FreePages.Visit(Pages, (position, _) => Owners.Add(position, Free));
            IsFreeKnown = _isOfOneMoment;
        }
        catch (CorruptDatabaseException)
        {
            Owners.Withdraw(Free);
            using var root = Pages.Write(PagePos.Root);
            ref var layout = ref Layout.At<RootPageLayout>(root.Payload, 0);
            (layout.FreeFront, layout.FreeCount) = (PagePos.Nil, 0);
        }
    }

    /// <summary>Copies a page, unless it was lost, is free or belongs to something.</summary>
    public bool TryLoad(PagePos position, Span<byte> page)
    {
        if (!Owners.IsInside(position) || IsLost(position) || Owners.Contains(position))
        {
            return false;
        }

        using var found = Pages.Read(position);
        found.Bytes.CopyTo(page);
        return true;
    }

    /// <summary>
    /// The one page that names a lost page as the one before it; nil when there is none, several, or when it can't be
    /// told from pages that were freed.
    /// </summary>
    public PagePos SuccessorOf(PagePos lost)
    {
        if (!IsFreeKnown || !IsLost(lost))
        {
            return PagePos.Nil;
        }

        _successors ??= FindSuccessors();
        return _successors.TryGetValue(lost, out var found) && found.Count == 1 ? found[0] : PagePos.Nil;
    }

    /// <summary>Whether the next <see cref="Step"/> commits.</summary>
    public bool IsPartFull => _transaction.ChangeCount > _engine.Options.MaxMappedPages / PartShare;

    /// <summary>Ends a small piece of work: commits when many have come together. Reports progress.</summary>
    public void Step(string structure)
    {
        if (_steps++ % 64 == 0)
        {
            _advance(structure, _steps);
        }

        if (IsPartFull)
        {
            Commit();
        }
    }

    /// <summary>Commits what was done so far.</summary>
    public void Commit()
    {
        _transaction.Commit();
        _transaction.Dispose();
        _transaction = _engine.BeginTransaction();
    }

    /// <inheritdoc/>
    public void Dispose() => _transaction.Dispose();

    private Dictionary<PagePos, List<PagePos>> FindSuccessors()
    {
        var successors = new Dictionary<PagePos, List<PagePos>>();
        for (var at = 2L; at < Owners.PageCount; at++)
        {
            var position = new PagePos(at);
            if (IsLost(position) || Owners.OwnerOf(position) == Free)
            {
                continue;
            }

            using var page = Pages.Read(position);
            var previous = page.Header.Previous;
            if (page.Header.Type is PageType.Items or PageType.Linked && IsLost(previous))
            {
                if (!successors.TryGetValue(previous, out var found))
                {
                    successors.Add(previous, found = []);
                }

                found.Add(position);
            }
        }

        return successors;
    }
}

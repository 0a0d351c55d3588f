using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// One verification of a whole pool as of one moment: the free pages, then all that the start page leads to, whoever
/// manages it, then the homes of the pages.
/// </summary>
internal sealed class PoolScan
{
    private readonly Engine _engine;
    private readonly Snapshot _snapshot;
    private readonly Action<string, long> _advance;
    private readonly PageOwner _free;

    /// <summary>Prepares a verification.</summary>
    /// <param name="engine">The pool.</param>
    /// <param name="snapshot">The moment.</param>
    /// <param name="advance">Called for progress; may cancel by throwing.</param>
    public PoolScan(Engine engine, Snapshot snapshot, Action<string, long> advance)
    {
        (_engine, _snapshot, _advance) = (engine, snapshot, advance);
        using var root = snapshot.Read(PagePos.Root);
        var count = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
        if (count < 2 || count > engine.Pool.PageCapacity)
        {
            throw new CorruptDatabaseException(
                "root page",
                PagePos.Root.Value,
                FormattableString.Invariant($"2 to {engine.Pool.PageCapacity} pages"),
                FormattableString.Invariant($"{count}"),
                engine.Path);
        }

        Owners = new PageOwners(count);
        _free = Owners.Begin(StateScan.FreeOwner);
    }

    /// <summary>What each page belongs to.</summary>
    public PageOwners Owners { get; }

    /// <summary>Pages on the free list.</summary>
    public long FreePages => _free.Pages;

    /// <summary>Verifies a pool, whoever manages it.</summary>
    /// <param name="programPages">Pages that its program allocated and still uses; null = all of them.</param>
    public void Run(IReadOnlyCollection<PagePos>? programPages = null)
    {
        if (ReadKind() == StartPageKind.Catalog)
        {
            if (programPages is not null)
            {
                throw new ArgumentException("The pool of a database has no pages of a program.", nameof(programPages));
            }

            RunDatabase();
        }
        else
        {
            RunProgram(programPages);
        }
    }

    /// <summary>Verifies a pool that a catalog manages.</summary>
    public DatabaseCheck RunDatabase()
    {
        VisitFree();
        var check = new DatabaseCheck(_snapshot, Owners, _advance);
        check.Run();
        CheckHomes();
        return check;
    }

    /// <summary>Visits the pages that nothing leads to, in order of position.</summary>
    public void VisitLeaks(Action<PagePos, PageType> visit)
    {
        for (var at = 0L; Owners.Count < Owners.PageCount && at < Owners.PageCount; at++)
        {
            if (!Owners.Contains(new(at)))
            {
                using var page = _snapshot.Read(new(at));
                visit(new(at), page.Header.Type);
            }
        }
    }

    /// <summary>Refuses a page that nothing leads to.</summary>
    /// <exception cref="CorruptDatabaseException">There is one.</exception>
    public void RequireAll() => VisitLeaks((position, _) => throw new CorruptDatabaseException(
        "free list", position.Value, "a page that is used or free", "one that is neither"));

    private StartPageKind ReadKind()
    {
        using var start = _snapshot.Read(PagePos.Start);
        ProgramPages.RequireStart(in start.Header);
        var kind = Layout.At<ProgramHead>(start.Payload, 0).Kind;
        return kind is StartPageKind.Empty or StartPageKind.Catalog or StartPageKind.Program
            ? kind
            : throw new CorruptDatabaseException(
                "start page", PagePos.Start.Value, "kind 0, 1 or 2", FormattableString.Invariant($"kind {(uint)kind}"));
    }

    private void RunProgram(IReadOnlyCollection<PagePos>? programPages)
    {
        VisitFree();
        Owners.Add(PagePos.Root, Owners.Begin("root page"));
        Owners.Add(PagePos.Start, Owners.Begin("start page"));
        var scan = new StateScan(_snapshot, Owners, _advance);
        if (ReadKind() == StartPageKind.Program)
        {
            scan.Follow(ProgramHead.TemporariesAddress, "list of temporaries");
            scan.FollowAllIn(PagePos.Start, ProgramHead.ProgramOffset);
        }

        VisitProgramPages(scan, programPages);
        CheckHomes();
    }

    private void VisitFree()
    {
        _advance("free list", 0);
        Transactions.FreePages.Visit(_snapshot, (position, _) => Owners.Add(position, _free));
    }

    private void VisitProgramPages(StateScan scan, IReadOnlyCollection<PagePos>? programPages)
    {
        var owner = Owners.Begin(PoolReport.ProgramOwner);
        if (programPages is not null)
        {
            // All first: a state in one of them must not claim another.
            foreach (var position in programPages)
            {
                RequireProgramPage(position, nameof(programPages));
                Owners.Add(position, owner);
            }

            foreach (var position in programPages)
            {
                scan.FollowAllIn(position, Page.HeaderBytes);
            }

            return;
        }

        VisitLeaks((position, type) =>
        {
            if (type == PageType.Program)
            {
                Owners.Add(position, owner);
                scan.FollowAllIn(position, Page.HeaderBytes);
            }
        });
    }

    // The list is the caller's: what is wrong with it is no damage.
    private void RequireProgramPage(PagePos position, string parameter)
    {
        var isOther = !Owners.IsInside(position) || Owners.Contains(position);
        if (!isOther)
        {
            using var page = _snapshot.Read(position);
            isOther = page.Header.Type != PageType.Program;
        }

        if (isOther)
        {
            throw new ArgumentException(
                $"Page {position} is none that the program allocated and still has, or is listed twice.",
                parameter);
        }
    }

    // What was read may have come from memory: damage in the file under it shows only here.
    private void CheckHomes()
    {
        for (var at = 0L; at < Owners.PageCount; at++)
        {
            if (at % 1024 == 0)
            {
                _advance("pages in the file", at);
            }

            if (Owners.OwnerOf(new(at)) is { } owner && owner != _free)
            {
                _engine.Pool.CheckHome(new(at));
            }
        }
    }
}

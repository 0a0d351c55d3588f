using System.Security.Cryptography;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// One repair: copies what can be read to the same positions of a new file, opens that one, repairs it through ordinary
/// transactions, gives back every page that nothing leads to, and checks the result.
/// </summary>
internal sealed class PoolRepair
{
    // Pages given back between two commits: they change few pages, since a trunk lists hundreds.
    private const int PartPages = 10_000;

    private static readonly EngineOptions s_options = new()
    {
        Durability = Durability.None,
        BackgroundWork = false,
        WriterTimeout = Timeout.InfiniteTimeSpan,
    };

    // A pool's file and its log.
    private static readonly string[] s_suffixes = ["", "-wal0", "-wal1"];

    private readonly SalvageSource _source;
    private readonly SalvageCopy _copy;
    private readonly Engine _engine;
    private readonly Action<string, long> _advance;
    private readonly List<string> _notes = [];
    private List<StructureLoss> _losses = [];

    private PoolRepair(SalvageSource source, SalvageCopy copy, Engine engine, Action<string, long> advance) =>
        (_source, _copy, _engine, _advance) = (source, copy, engine, advance);

    /// <summary>Repairs a pool into a new file. Leaves no file when it throws.</summary>
    public static RepairReport Run(
        SalvageSource source, IFileSystem files, string target, Action<string, long> advance)
    {
        RefuseTarget(files, target);
        return NewFile.Write(files, target, name =>
        {
            var copy = SalvageCopy.Run(source, files, name, NewPoolId(), at => advance("copy of the pages", at));
            using var engine = Engine.Open(files, name, s_options);
            return new PoolRepair(source, copy, engine, advance).Run();
        });
    }

    /// <summary>Refuses a file that is there already, or a log of that name: it may be the damaged file's.</summary>
    public static void RefuseTarget(IFileSystem files, string target)
    {
        foreach (var suffix in s_suffixes)
        {
            if (files.Exists(target + suffix))
            {
                throw new DatabaseOpenException(
                    OpenFailure.Other,
                    target,
                    $"'{target}{suffix}' exists. A repair writes a new file: give another path.");
            }
        }
    }

    /// <summary>Deletes a file with its log.</summary>
    public static void Delete(IFileSystem files, string path)
    {
        foreach (var suffix in s_suffixes)
        {
            files.Delete(path + suffix);
        }
    }

    private static ulong NewPoolId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }

    private RepairReport Run()
    {
        if (_source.Note is { } note)
        {
            _notes.Add(note);
        }

        if (TryScan() is { } whole)
        {
            return Report(position => whole.OwnerOf(position) is not { Name: StateScan.FreeOwner });
        }

        using var context = new RepairContext(_engine, _copy, _source.HasLog, _advance);
        Repair(context);
        context.Commit();
        NoteOrphans(context);
        _losses = [.. context.Losses.Select(loss => Tell(context.Owners, loss))];
        var report = Report(position => !context.Owners.IsInside(position)
            || context.Owners.OwnerOf(position) != context.Free);
        context.Dispose();
        FreeLeaks();
        CheckResult();
        return report;
    }

    // Null when something does not hold, or leaked, or may lead to pages behind the end of the file.
    private PageOwners? TryScan()
    {
        if (_copy.PagesThere < _copy.PageCount)
        {
            return null;
        }

        try
        {
            using var snapshot = _engine.BeginSnapshot();
            var scan = new PoolScan(_engine, snapshot, _advance);
            scan.Run();
            return scan.Owners.Count == scan.Owners.PageCount ? scan.Owners : null;
        }
        catch (VMemDbException damage) when (damage
            is CorruptDatabaseException or DocumentException or LimitExceededException)
        {
            return null;
        }
    }

    private void Repair(RepairContext context)
    {
        context.TakeFreeList();
        var owners = context.Owners;
        owners.Add(PagePos.Root, owners.Begin("root page"));
        owners.Add(PagePos.Start, owners.Begin("start page"));
        var kind = TakeStartPage(context, out var isRestored);
        if (kind == StartPageKind.Catalog)
        {
            new DatabaseRepair(context, isRestored).Run();
            return;
        }

        var states = new StateRepair(context);
        if (kind == StartPageKind.Program)
        {
            states.Follow(ProgramHead.TemporariesAddress, "list of temporaries", StateKind.LinkedPages);
            states.FollowAllIn(PagePos.Start, ProgramHead.ProgramOffset);
        }

        RepairProgramPages(context, states);
        states.Maps.TryAdopt(out _);
    }

    // Who manages the pool; a start page that is lost, or says nothing that can be, is made anew as far as possible.
    private StartPageKind TakeStartPage(RepairContext context, out bool isRestored)
    {
        isRestored = false;
        uint layout;
        StartPageKind kind;
        bool isStart;
        using (var start = context.Pages.Read(PagePos.Start))
        {
            ref readonly var head = ref Layout.At<ProgramHead>(start.Payload, 0);
            (kind, layout) = (head.Kind, head.HeadLayout);
            isStart = start.Header.Type == PageType.Start;
        }

        var isSound = isStart && (kind == StartPageKind.Empty
            || (kind is StartPageKind.Catalog or StartPageKind.Program && layout == ProgramHead.CurrentLayout));
        if (isSound && !context.IsLost(PagePos.Start))
        {
            return kind;
        }

        var isCatalogOrProgram = kind is StartPageKind.Catalog or StartPageKind.Program;
        if (isStart && isCatalogOrProgram && layout > ProgramHead.CurrentLayout)
        {
            throw new FormatVersionException(
                $"The file was written by a newer version: its start page has layout {layout}. Repair it with that "
                + "version.",
                _engine.Path,
                FormattableString.Invariant($"start page layout {layout}"),
                FormattableString.Invariant($"start page layout {ProgramHead.CurrentLayout}"));
        }

        using (var start = context.Pages.Write(PagePos.Start))
        {
            (start.Header.Type, start.Header.ItemCount, start.Header.ItemTag) = (PageType.Start, 0, 0);
            start.Payload.Clear();
        }

        isRestored = DatabaseRepair.TryRestoreHead(context);
        _notes.Add(isRestored
            ? "The start page is lost, and with it the states that lay there; the catalog was found."
            : "The start page is lost, and with it what it led to.");
        return isRestored ? StartPageKind.Catalog : StartPageKind.Empty;
    }

    private static void RepairProgramPages(RepairContext context, StateRepair states)
    {
        var owner = context.Owners.Begin(PoolReport.ProgramOwner);
        for (var at = 2L; at < context.Owners.PageCount; at++)
        {
            if (IsOrphan(context, new(at), out var type, out _) && type == PageType.Program)
            {
                context.Owners.Add(new(at), owner);
                states.FollowAllIn(new(at), Page.HeaderBytes);
            }
        }
    }

    private static bool IsOrphan(RepairContext context, PagePos position, out PageType type, out int items)
    {
        (type, items) = (PageType.None, 0);
        if (context.IsLost(position) || context.Owners.Contains(position))
        {
            return false;
        }

        using var page = context.Pages.Read(position);
        (type, items) = (page.Header.Type, page.Header.ItemCount);
        return true;
    }

    // What nothing leads to any more; when the free list is lost, pages that were free are among them.
    private void NoteOrphans(RepairContext context)
    {
        var found = new SortedDictionary<PageType, (long Pages, long Items)>();
        for (var at = 2L; at < context.Owners.PageCount; at++)
        {
            if (IsOrphan(context, new(at), out var type, out var items))
            {
                var sum = found.GetValueOrDefault(type);
                found[type] = (sum.Pages + 1, sum.Items + items);
            }
        }

        foreach (var (type, sum) in found)
        {
            _notes.Add(
                FormattableString.Invariant($"{sum.Pages} pages of type {type} with {sum.Items} items were readable, ")
                + (context.IsFreeKnown
                    ? "but nothing leads to them any more. They are free in the new file."
                    : "but nothing leads to them: they were free, or what led to them is lost. They are free now."));
        }

        if (!context.IsFreeKnown)
        {
            _notes.Add("The list of free pages is damaged. It was made anew.");
        }
    }

    private void FreeLeaks()
    {
        var leaks = new List<PagePos>();
        using (var snapshot = _engine.BeginSnapshot())
        {
            var scan = new PoolScan(_engine, snapshot, _advance);
            scan.Run();
            scan.VisitLeaks((position, _) => leaks.Add(position));
        }

        // From the end, so that the first pages are taken first.
        for (var end = leaks.Count; end > 0; end -= PartPages)
        {
            using var transaction = _engine.BeginTransaction();
            for (var i = end - 1; i >= Math.Max(0, end - PartPages); i--)
            {
                transaction.Free(leaks[i]);
            }

            transaction.Commit();
            _advance("pages that nothing leads to", leaks.Count - end);
        }
    }

    private void CheckResult()
    {
        using var snapshot = _engine.BeginSnapshot();
        var scan = new PoolScan(_engine, snapshot, _advance);
        scan.Run();
        scan.RequireAll();
    }

    private RepairReport Report(Func<PagePos, bool> wasUsed)
    {
        var lost = _copy.Unreadable
            .Where(page => wasUsed(page.Position))
            .Select(page => new LostPage(page.Position, page.Reason))
            .ToList();
        var cut = _copy.PageCount - _copy.PagesThere;
        if (cut > 0)
        {
            _notes.Add(FormattableString.Invariant(
                $"The file was truncated: {cut} pages from {_copy.PagesThere} on are lost."));
        }

        var unlisted = _copy.PagesThere - _copy.Copied - _copy.Unreadable.Count;
        return new(_copy.Copied, lost.Count + unlisted + cut, lost, _losses, _notes, _source.HasLog);
    }

    private static StructureLoss Tell(PageOwners owners, RepairLoss loss) => new(
        owners.Describe(loss.Owner),
        Math.Max(0, loss.Items),
        loss.Pages,
        loss.IsAll,
        [.. loss.Keys.Select(loss.TellKey ?? Convert.ToHexString)],
        loss.Notes);
}

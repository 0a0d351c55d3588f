using System.Text;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db;

/// <summary>A page that a repair could not read.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Reason">What was wrong with it.</param>
public readonly record struct LostPage(PagePos Position, string Reason);

/// <summary>What a repair lost of one structure, or did to it.</summary>
/// <param name="Structure">
/// What it is and where, such as "collection 'people'" or "list at start page byte 128".
/// </param>
/// <param name="Items">Items, entries or documents that are missing; 0 for pages of a list of pages.</param>
/// <param name="Pages">Pages of it that are missing, as far as that is known.</param>
/// <param name="IsAll">Whether nothing of it is left.</param>
/// <param name="Keys">Keys of missing entries, where they are known: not more than a hundred.</param>
/// <param name="Notes">What else is to be said.</param>
public sealed record StructureLoss(
    string Structure,
    long Items,
    long Pages,
    bool IsAll,
    IReadOnlyList<string> Keys,
    IReadOnlyList<string> Notes)
{
    /// <summary>All of it in one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Structure).Append(": ");
        text.Append(FormattableString.Invariant($"{Items} items and {Pages} pages lost"));
        text.Append(IsAll ? ", nothing is left" : "");
        foreach (var note in Notes)
        {
            text.Append(". ").Append(note);
        }

        return Keys.Count == 0 ? text.ToString() : text.Append(" Keys: ").AppendJoin(", ", Keys).ToString();
    }
}

/// <summary>What a repair copied, what it could not save, and what it did about that.</summary>
public sealed class RepairReport
{
    private const int ToldPages = 50;

    private readonly bool _hasLog;

    internal RepairReport(
        long pagesCopied,
        long pagesLost,
        IReadOnlyList<LostPage> lostPages,
        IReadOnlyList<StructureLoss> losses,
        IReadOnlyList<string> notes,
        bool hasLog)
    {
        (PagesCopied, PagesLost, LostPages) = (pagesCopied, pagesLost, lostPages);
        (Losses, Notes, _hasLog) = (losses, notes, hasLog);
    }

    /// <summary>Pages that were copied, each to its own position.</summary>
    public long PagesCopied { get; }

    /// <summary>Pages that were in use, as far as that is known, and could not be read.</summary>
    public long PagesLost { get; }

    /// <summary>The pages that could not be read, in order: not more than 100,000.</summary>
    public IReadOnlyList<LostPage> LostPages { get; }

    /// <summary>What was lost, by structure.</summary>
    public IReadOnlyList<StructureLoss> Losses { get; }

    /// <summary>How the file was read, and what was found that nothing led to.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>
    /// Whether nothing was lost: the new file holds what the old one held. False also when a log was needed that could
    /// not be read as a whole: nobody knows what was in it.
    /// </summary>
    public bool IsWhole => PagesLost == 0 && Losses.Count == 0 && _hasLog;

    /// <summary>All of it, a line for each page and structure.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant($"{PagesCopied} pages copied, {PagesLost} lost"));
        text.Append(IsWhole ? "; nothing is missing" : "");
        foreach (var note in Notes)
        {
            text.AppendLine().Append(note);
        }

        foreach (var loss in Losses)
        {
            text.AppendLine().Append(loss);
        }

        foreach (var page in LostPages.Take(ToldPages))
        {
            text.AppendLine().Append(FormattableString.Invariant($"page {page.Position}: {page.Reason}"));
        }

        return text.ToString();
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>The pages of a damaged pool, each as far as it can be read. Never writes to the pool.</summary>
internal abstract class SalvageSource
{
    /// <summary>Pages of the pool, by its page 0, or as many as the file seems to have.</summary>
    public abstract long PageCount { get; }

    /// <summary>Pages that the source can hold at all; fewer than the pool's when the file was truncated.</summary>
    public virtual long PagesThere => PageCount;

    /// <summary>Whether the pages are those of the last commit: no part of a log was left out.</summary>
    public abstract bool HasLog { get; }

    /// <summary>How the pages are read, when that is worth telling; else null.</summary>
    public virtual string? Note => null;

    /// <summary>Reads a page with its header.</summary>
    /// <param name="position">Which.</param>
    /// <param name="page">Receives 4,096 bytes; of page 0 without its mark.</param>
    /// <param name="reason">Why it can't be read.</param>
    public abstract bool TryRead(PagePos position, Span<byte> page, out string reason);
}

/// <summary>Pages as of a snapshot of a pool that could be opened.</summary>
internal sealed class SnapshotSalvage(Snapshot snapshot, string? note = null, bool hasLog = true) : SalvageSource
{
    /// <inheritdoc/>
    public override bool HasLog => hasLog;

    /// <inheritdoc/>
    public override long PageCount { get; } = ReadPageCount(snapshot);

    /// <inheritdoc/>
    public override string? Note => note;

    /// <inheritdoc/>
    public override bool TryRead(PagePos position, Span<byte> page, out string reason)
    {
        try
        {
            using var found = snapshot.Read(position);
            found.Bytes.CopyTo(page);
            reason = "";
            return true;
        }
        catch (CorruptDatabaseException damage)
        {
            reason = $"expected {damage.Expected}, found {damage.Found}";
            return false;
        }
    }

    private static long ReadPageCount(Snapshot snapshot)
    {
        using var root = snapshot.Read(PagePos.Root);
        return Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
    }
}

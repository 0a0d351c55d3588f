using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>The temporary file: where it is, and when it is looked through.</summary>
internal sealed partial class Engine
{
    /// <summary>Pages of one operation, outside the data file.</summary>
    /// <exception cref="ObjectDisposedException">The engine has been closed.</exception>
    public TemporaryPages OpenTemporary()
    {
        ThrowIfUnusable();
        return new TemporaryPages(Pool);
    }

    /// <summary>Called when a snapshot ended that may have kept old versions in the spill log.</summary>
    /// <param name="canWork">Whether the caller can wait for it to be looked through.</param>
    internal void SnapshotEnded(bool canWork)
    {
        if (IsClosed || _failure is not null)
        {
            return;
        }

        if (_maintenance is { } maintenance)
        {
            maintenance.RequestSweep();
        }
        else if (canWork)
        {
            SweepUnasked();
        }
    }

    // Nothing in it outlives a session: what a crash left is removed. Where nothing may be written beside the data
    // file, the system's directory for temporary files takes it.
    private SpillFile OpenSpill()
    {
        if (IsReadOnly && _files is not MemoryFileSystem)
        {
            var name = FormattableString.Invariant($"{System.IO.Path.GetFileName(_path)}-{NextRandom():x16}-tmp");
            return new SpillFile(_files, System.IO.Path.Combine(System.IO.Path.GetTempPath(), name), Fail);
        }

        var path = _path + "-tmp";
        if (_files.Exists(path) && Rules.Holds(Rule.SpillDeletedAtOpen))
        {
            _files.Delete(path);
        }

        return new SpillFile(_files, path, Fail);
    }

    /// <summary>A look that no one waits for. Its failure is not that of a commit that went well.</summary>
    private void SweepUnasked()
    {
        try
        {
            Pool.SweepSpill();
        }
        catch (VMemDbException e)
        {
            // Thrown to the user by the next call.
            Fail(e);
        }
    }
}

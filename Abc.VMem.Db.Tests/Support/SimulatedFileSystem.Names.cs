using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Creating, opening, renaming and deleting.</summary>
internal sealed partial class SimulatedFileSystem
{
    /// <inheritdoc/>
    public bool Exists(string path)
    {
        lock (_lock)
        {
            return _names.ContainsKey(path);
        }
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path, FileOpening opening)
    {
        lock (_lock)
        {
            return opening is FileOpening.CreateNew or FileOpening.CreateTemporary
                ? Create(path)
                : OpenExisting(path, opening);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            if (!_names.TryGetValue(from, out var file))
            {
                throw new FileNotFoundException("There is no such file on the simulated disk.", from);
            }

            Change(new("rename to", to), new NameEffect(DirectoryOf(to), (from, null), (to, file)));
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_lock)
        {
            if (_names.ContainsKey(path))
            {
                Change(new("delete", path), new NameEffect(DirectoryOf(path), (path, null)));
            }
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        lock (_lock)
        {
            var directory = DirectoryOf(path);
            BeginMutation(new("sync directory", directory), null);
            Fail(FaultKind.WriteError);
            foreach (var effect in _pending.OfType<NameEffect>().Where(effect => effect.Directory == directory))
            {
                Bind(_durableNames, effect);
            }

            _pending.RemoveAll(effect => effect is NameEffect name && name.Directory == directory);
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(path) ?? "";

    private static void Bind(Dictionary<string, SimulatedFile> names, NameEffect effect)
    {
        foreach (var (path, file) in effect.Bindings)
        {
            if (file is null)
            {
                names.Remove(path);
            }
            else
            {
                names[path] = file;
            }
        }
    }

    private SimulatedHandle Create(string path)
    {
        if (_names.ContainsKey(path))
        {
            throw new IOException($"'{path}' exists.");
        }

        var file = new SimulatedFile();
        var effect = new NameEffect(DirectoryOf(path), (path, file));
        BeginMutation(new("create", path), effect);
        Fail(FaultKind.WriteError);
        Fail(FaultKind.NoSpace);
        Apply(effect);
        file.IsExclusive = true;
        return new SimulatedHandle(this, file, path, isReadOnly: false);
    }

    private SimulatedHandle OpenExisting(string path, FileOpening opening)
    {
        ThrowIfCrashed();
        if (!_names.TryGetValue(path, out var file))
        {
            throw new DatabaseOpenException(OpenFailure.NotFound, path, $"There is no file '{path}'.");
        }

        var readsOnly = opening == FileOpening.ReadOnly;
        if (file.IsExclusive || (file.ReaderCount > 0 && !readsOnly))
        {
            throw new DatabaseOpenException(OpenFailure.InUse, path, $"'{path}' is open already.");
        }

        file.IsExclusive = !readsOnly;
        file.ReaderCount += readsOnly ? 1 : 0;
        return new SimulatedHandle(this, file, path, readsOnly);
    }

    private void Change(SimulatedCall call, NameEffect effect)
    {
        BeginMutation(call, effect);
        Fail(FaultKind.WriteError);
        Apply(effect);
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// Files in memory that behave as on a disk with a cache: what was not flushed, and names that were not synchronized,
/// may be lost when the power goes. Deterministic: the same calls and seeds give the same bytes. Thread-safe.
/// </summary>
/// <remarks>
/// A changing call is a write, a new length, a flush, a creation, renaming, deletion, or synchronization of a
/// directory. Opening an existing file and closing one change nothing and are not counted.
/// </remarks>
internal sealed class SimulatedFileSystem : IFileSystem
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedFile> _durableNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);

    /// <summary>Changes that are not durable, in the order of their calls.</summary>
    private readonly List<SimulatedEffect> _pending = [];
    private readonly List<string> _trace = [];

    /// <summary>Whether the last pending effect is that of a call which has not been carried out yet.</summary>
    private bool _isUnderWay;

    /// <summary>Changing calls so far, the failed ones included.</summary>
    public int MutatingCalls { get; private set; }

    /// <summary>Reads so far.</summary>
    public int ReadCalls { get; private set; }

    /// <summary>
    /// The changing call at which the power goes, from 1. What that call does may survive or not, like all that is
    /// pending.
    /// </summary>
    public int? CrashAt { get; set; }

    /// <summary>
    /// Called at every changing call before it does anything, while <see cref="Crash"/> counts what the call does among
    /// the pending changes.
    /// </summary>
    public Action? Mutating { get; set; }

    /// <summary>Whether the power is gone.</summary>
    public bool HasCrashed { get; private set; }

    /// <summary>What goes wrong.</summary>
    public SimulatedFault? Fault { get; set; }

    /// <summary>Whether the fault's call came, and was one that the fault is about.</summary>
    public bool FaultStruck { get; private set; }

    /// <summary>The changing calls, one line each.</summary>
    public IReadOnlyList<string> Trace => _trace;

    /// <summary>The names that programs see.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_lock)
            {
                return [.. _names.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>
    /// The disk after a power loss at this moment, nothing open, nothing pending. This file system stays as it is.
    /// </summary>
    public SimulatedFileSystem Crash(CrashPolicy policy, int seed)
    {
        lock (_lock)
        {
            var chosen = CrashPolicies.Choose(policy, _pending, new Random(seed), out var torn);
            var garbage = new byte[1 + new Random(seed).Next(DataEffect.SectorBytes)];
            new Random(~seed).NextBytes(garbage);
            var contents = new Dictionary<SimulatedFile, SimulatedContent>();
            var names = new Dictionary<string, SimulatedFile>(_durableNames, StringComparer.Ordinal);
            for (var i = 0; i < _pending.Count; i++)
            {
                Survive(_pending[i], chosen[i], torn is { } place && place.Effect == i ? place.Piece : -1);
            }

            var crashed = new SimulatedFileSystem();
            foreach (var (path, file) in names)
            {
                crashed.AddDurable(path, ContentOf(file));
            }

            return crashed;

            SimulatedContent ContentOf(SimulatedFile file) =>
                contents.TryGetValue(file, out var content) ? content : contents[file] = file.Durable.Copy();

            void Survive(SimulatedEffect effect, bool[] pieces, int tornPiece)
            {
                if (effect is NameEffect name && pieces[0])
                {
                    Bind(names, name);
                }

                for (var piece = 0; effect is DataEffect data && piece < pieces.Length; piece++)
                {
                    if (pieces[piece])
                    {
                        data.Apply(piece, ContentOf(data.File), piece == tornPiece ? garbage : null);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The disk and the system's cache after the process died at this moment: nothing open, and what is pending stays
    /// pending; a call that is under way has done nothing yet. This file system stays as it is.
    /// </summary>
    public SimulatedFileSystem Kill()
    {
        lock (_lock)
        {
            var killed = new SimulatedFileSystem();
            var files = new Dictionary<SimulatedFile, SimulatedFile>();
            foreach (var (path, file) in _durableNames)
            {
                killed._durableNames[path] = Other(file);
            }

            foreach (var (path, file) in _names)
            {
                killed._names[path] = Other(file);
            }

            var done = _pending.Take(_pending.Count - (_isUnderWay ? 1 : 0));
            killed._pending.AddRange(done.Select(effect => effect.On(Other)));
            return killed;

            SimulatedFile Other(SimulatedFile file) => files.TryGetValue(file, out var other)
                ? other
                : files[file] = new SimulatedFile { Durable = file.Durable.Copy(), Visible = file.Visible.Copy() };
        }
    }

    /// <summary>What programs see in a file.</summary>
    public byte[] ReadAll(string path)
    {
        lock (_lock)
        {
            var content = _names[path].Visible;
            var bytes = new byte[content.Length];
            content.Read(bytes, 0);
            return bytes;
        }
    }

    /// <summary>Changes bytes on the disk behind every program's back, for tests of damage.</summary>
    public void Damage(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _names[path].Durable.Write(bytes, offset);
            _names[path].Visible.Write(bytes, offset);
        }
    }

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
            return opening == FileOpening.CreateNew ? Create(path) : OpenExisting(path, opening);
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

            Change($"rename {from} -> {to}", new NameEffect(DirectoryOf(to), (from, null), (to, file)));
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_lock)
        {
            if (_names.ContainsKey(path))
            {
                Change($"delete {path}", new NameEffect(DirectoryOf(path), (path, null)));
            }
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        lock (_lock)
        {
            var directory = DirectoryOf(path);
            BeginMutation($"sync directory {directory}", null);
            Fail(FaultKind.WriteError);
            foreach (var effect in _pending.OfType<NameEffect>().Where(effect => effect.Directory == directory))
            {
                Bind(_durableNames, effect);
            }

            _pending.RemoveAll(effect => effect is NameEffect name && name.Directory == directory);
        }
    }

    /// <summary>A read through a handle.</summary>
    internal int Read(SimulatedFile file, Span<byte> destination, long offset)
    {
        lock (_lock)
        {
            ThrowIfCrashed();
            ReadCalls++;
            var fault = Fault is { IsOfRead: true } found && found.IsAt(ReadCalls) ? found.Kind : (FaultKind?)null;
            FaultStruck |= fault is not null;
            if (fault == FaultKind.ReadError)
            {
                throw new IOException("Simulated error of reading.");
            }

            var count = file.Visible.Read(destination, offset);
            if (fault == FaultKind.MisdirectedRead)
            {
                destination[..count].Clear();
                file.Visible.Read(destination[..count], offset >= 4096 ? offset - 4096 : offset + 4096);
            }
            else if (fault == FaultKind.BitFlip && count > 0)
            {
                // The place depends on the call alone, and is spread over the bytes.
                var place = (int)((uint)ReadCalls * 2654435761u % (uint)(count * 8));
                destination[place / 8] ^= (byte)(1 << (place % 8));
            }

            return count;
        }
    }

    /// <summary>A write through a handle.</summary>
    internal void Write(SimulatedFile file, string path, ReadOnlySpan<byte> source, long offset)
    {
        lock (_lock)
        {
            var end = offset + source.Length;
            var grows = end > file.Visible.Length;
            var effect = new DataEffect(file, offset, source.ToArray(), grows ? end : null, cuts: false);
            BeginMutation($"write {path} {offset}+{source.Length}", effect);
            Fail(FaultKind.WriteError);
            if (grows)
            {
                Fail(FaultKind.NoSpace);
            }

            if (Strikes(FaultKind.ShortWrite))
            {
                var half = source.Length / 2 / DataEffect.SectorBytes * DataEffect.SectorBytes;
                var isLonger = offset + half > file.Visible.Length;
                Apply(new DataEffect(
                    file, offset, source[..half].ToArray(), isLonger ? offset + half : null, cuts: false));
                throw new IOException("Simulated error in the middle of a write.");
            }

            Apply(effect);
        }
    }

    /// <summary>A new length through a handle.</summary>
    internal void SetLength(SimulatedFile file, string path, long length)
    {
        lock (_lock)
        {
            var effect = new DataEffect(file, 0, [], length, cuts: length < file.Visible.Length);
            BeginMutation($"set length {path} {length}", effect);
            Fail(FaultKind.WriteError);
            if (length > file.Visible.Length)
            {
                Fail(FaultKind.NoSpace);
            }

            Apply(effect);
        }
    }

    /// <summary>A flush through a handle.</summary>
    internal void Flush(SimulatedFile file, string path)
    {
        lock (_lock)
        {
            BeginMutation($"flush {path}", null);
            var fails = Strikes(FaultKind.FlushFailure) || Strikes(FaultKind.WriteError);
            foreach (var effect in _pending)
            {
                if (!fails && effect is DataEffect data && data.File == file)
                {
                    data.Apply(file.Durable);
                }
            }

            _pending.RemoveAll(effect => effect is DataEffect data && data.File == file);
            if (fails)
            {
                throw new IOException("Simulated error of a flush; the data is lost.");
            }
        }
    }

    /// <summary>The length that programs see.</summary>
    internal long LengthOf(SimulatedFile file)
    {
        lock (_lock)
        {
            return file.Visible.Length;
        }
    }

    /// <summary>A handle is closed.</summary>
    internal void Close(SimulatedFile file, bool isReadOnly)
    {
        lock (_lock)
        {
            file.IsExclusive &= isReadOnly;
            file.ReaderCount -= isReadOnly ? 1 : 0;
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
        BeginMutation($"create {path}", effect);
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

    private void AddDurable(string path, SimulatedContent content)
    {
        // Bytes beyond the length were never part of the file.
        content.SetLength(content.Length, cut: true);
        var file = new SimulatedFile { Durable = content, Visible = content.Copy() };
        _durableNames[path] = file;
        _names[path] = file;
    }

    private void Change(string what, NameEffect effect)
    {
        BeginMutation(what, effect);
        Fail(FaultKind.WriteError);
        Apply(effect);
    }

    private void Apply(SimulatedEffect effect)
    {
        _pending.Add(effect);
        if (effect is DataEffect data)
        {
            data.Apply(data.File.Visible);
        }
        else
        {
            Bind(_names, (NameEffect)effect);
        }
    }

    /// <summary>Counts a changing call; at the crash it leaves the call's effect pending, and throws.</summary>
    private void BeginMutation(string what, SimulatedEffect? effect)
    {
        ThrowIfCrashed();
        MutatingCalls++;
        _trace.Add(FormattableString.Invariant($"{MutatingCalls}: {what}"));
        if (effect is not null)
        {
            _pending.Add(effect);
        }

        _isUnderWay = effect is not null;
        Mutating?.Invoke();
        _isUnderWay = false;
        HasCrashed = MutatingCalls == CrashAt;
        ThrowIfCrashed();
        if (effect is not null)
        {
            _pending.RemoveAt(_pending.Count - 1);
        }
    }

    private void ThrowIfCrashed()
    {
        if (HasCrashed)
        {
            throw new SimulatedCrashException();
        }
    }

    private bool Strikes(FaultKind kind)
    {
        var strikes = Fault is { } fault && fault.Kind == kind && fault.IsAt(MutatingCalls);
        FaultStruck |= strikes;
        return strikes;
    }

    private void Fail(FaultKind kind)
    {
        if (Strikes(kind))
        {
            // 28 is ENOSPC, 5 is EIO.
            throw new IOException($"Simulated fault: {kind}.", kind == FaultKind.NoSpace ? 28 : 5);
        }
    }
}

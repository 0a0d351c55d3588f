using System.IO.Hashing;
using System.Runtime.InteropServices;
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
internal sealed partial class SimulatedFileSystem : IFileSystem
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedFile> _durableNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);

    /// <summary>Changes that are not durable, in the order of their calls.</summary>
    private readonly List<SimulatedEffect> _pending = [];
    private readonly List<SimulatedCall> _trace = [];

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
    public IReadOnlyList<SimulatedCall> Trace => _trace;

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

    /// <summary>Tells apart what is on the disks: names, lengths and bytes, as programs see them.</summary>
    public void AddTo(XxHash128 hash)
    {
        lock (_lock)
        {
            foreach (var path in _names.Keys.Order(StringComparer.Ordinal))
            {
                hash.Append(MemoryMarshal.AsBytes(path.AsSpan()));
                _names[path].Visible.AddTo(hash);
            }
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

    /// <summary>Cuts a file on the disk behind every program's back.</summary>
    public void Cut(string path, long length)
    {
        lock (_lock)
        {
            _names[path].Durable.SetLength(length, cut: true);
            _names[path].Visible.SetLength(length, cut: true);
        }
    }

    private void Apply(SimulatedEffect effect)
    {
        _pending.Add(effect);
        if (effect is DataEffect data)
        {
            data.ApplyVisibly();
        }
        else
        {
            Bind(_names, (NameEffect)effect);
        }
    }

    /// <summary>Counts a changing call; at the crash it leaves the call's effect pending, and throws.</summary>
    private void BeginMutation(SimulatedCall call, SimulatedEffect? effect)
    {
        ThrowIfCrashed();
        MutatingCalls++;
        _trace.Add(call with { Number = MutatingCalls });
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

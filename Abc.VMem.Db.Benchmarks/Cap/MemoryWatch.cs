using System.Diagnostics;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>
/// Looks at the process's memory again and again, from a thread of its own: what is resident beyond the start and
/// beyond the garbage-collected heap, and what is alive in that heap. Each look is a full collection, so that the
/// heap's size is known and not a guess.
/// </summary>
public sealed class MemoryWatch : IDisposable
{
    private const int SleepMilliseconds = 50;

    // A look at a large heap takes its time; most of it is the work's.
    private const int SleepPerLook = 4;

    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly Action? _also;
    private readonly long _startNative;
    private readonly long _startHeap;
    private long _mostNative;
    private long _mostHeap;

    /// <summary>Begins: what is in use now is the start.</summary>
    /// <param name="also">Called at each look, on the thread that looks.</param>
    public MemoryWatch(Action? also = null)
    {
        _also = also;
        (_startNative, _startHeap) = Measure();
        _thread = new Thread(LookUntilTheEnd) { IsBackground = true, Name = "memory watch" };
        _thread.Start();
    }

    /// <summary>
    /// Most bytes since the last call that were resident beyond the start, and alive in the heap beyond the start.
    /// </summary>
    public (long Native, long Heap) Take()
    {
        Look();
        lock (_lock)
        {
            var most = (_mostNative - _startNative, _mostHeap - _startHeap);
            (_mostNative, _mostHeap) = (0, 0);
            return most;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private static (long Native, long Heap) Measure()
    {
        GC.Collect();
        var heap = GC.GetGCMemoryInfo(GCKind.Any);
        return (Environment.WorkingSet - heap.TotalCommittedBytes, heap.HeapSizeBytes - heap.FragmentedBytes);
    }

    private void LookUntilTheEnd()
    {
        var sleep = SleepMilliseconds;
        while (!_end.Wait(sleep))
        {
            var started = Stopwatch.GetTimestamp();
            Look();
            sleep = Math.Max(
                SleepMilliseconds, SleepPerLook * (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            var (native, heap) = Measure();
            (_mostNative, _mostHeap) = (Math.Max(_mostNative, native), Math.Max(_mostHeap, heap));
        }

        _also?.Invoke();
    }
}

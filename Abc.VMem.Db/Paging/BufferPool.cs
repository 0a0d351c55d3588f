using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// A persistent sequence of pages that maps at most a fixed number of them to memory. All memory is taken at open
/// (and costs
/// nothing until it is used); every page in use, old or new, clean or dirty, is in one of its frames. Thread-safe.
/// </summary>
internal sealed unsafe partial class BufferPool : IPinOwner
{
    private const int StripeCount = 128;

    private readonly IVersionHost _host;
    private readonly PageFile _file;
    private readonly SnapshotRegistry _snapshots;
    private readonly SpillLog _spill;
    private readonly int _frameCount;
    private readonly byte* _memory;
    private readonly Frame* _frames;
    private readonly int* _buckets;
    private readonly int* _freeStack;
    private readonly int* _work;
    private readonly int _bucketMask;
    private readonly Lock[] _stripes = CreateStripes();
    private readonly Lock _freeLock = new();
    private readonly Counter[] _counters = new Counter[16];

    private int _freeCount;
    private int _untouched;
    private int _mapped;
    private int _peakMapped;
    private int _references = 1;

    internal BufferPool(
        PageFile file, SpillFile spill, IVersionHost host, SnapshotRegistry snapshots, int maxMappedPages)
    {
        (_file, _host, _snapshots, _frameCount) = (file, host, snapshots, maxMappedPages);
        _spill = new SpillLog(spill, maxMappedPages, host.Fail);
        var buckets = PoolTables.Buckets(maxMappedPages);
        _bucketMask = buckets - 1;
        _memory = (byte*)NativeMemory.AlignedAlloc(checked((nuint)maxMappedPages * Page.Size), Page.Size);
        _frames = (Frame*)NativeMemory.AllocZeroed((nuint)maxMappedPages, (nuint)sizeof(Frame));
        _buckets = (int*)NativeMemory.AllocZeroed((nuint)buckets, sizeof(int));
        _freeStack = (int*)NativeMemory.AllocZeroed((nuint)maxMappedPages, sizeof(int));
        _work = (int*)NativeMemory.AllocZeroed((nuint)maxMappedPages, sizeof(int));
    }

    /// <summary>Fewest pages that a pool can be asked to map.</summary>
    public const int MinMappedPages = 16;

    /// <summary>Most pages that a pool maps on this machine whatever is asked: half of its memory.</summary>
    internal static int LargestCap =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / Page.Size, MinMappedPages, 1 << 28);

    /// <summary>The cap: pages mapped at any one time, at most.</summary>
    public int MaxMappedPages => _frameCount;

    /// <summary>Pages mapped now, all versions counted.</summary>
    public int MappedPages => Volatile.Read(ref _mapped);

    /// <summary>Most pages mapped at one time since open.</summary>
    public int PeakMappedPages => Volatile.Read(ref _peakMapped);

    /// <summary>Pages found mapped, since open. Approximate while several threads read.</summary>
    public long Hits => Sum(static counter => counter.Hits);

    /// <summary>Pages read from the file, since open. Approximate while several threads read.</summary>
    public long Misses => Sum(static counter => counter.Misses);

    /// <summary>Pages that the file has room for.</summary>
    public long PageCapacity => _file.PageCapacity;

    /// <summary>Keeps the memory while something may still read it.</summary>
    /// <exception cref="ObjectDisposedException">The last reference is gone, and the memory with it.</exception>
    internal void AddReference()
    {
        var count = Volatile.Read(ref _references);
        while (true)
        {
            ObjectDisposedException.ThrowIf(count == 0, this);
            var found = Interlocked.CompareExchange(ref _references, count + 1, count);
            if (found == count)
            {
                return;
            }

            count = found;
        }
    }

    /// <summary>Gives the memory back when the last reference is gone.</summary>
    internal void ReleaseReference()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            NativeMemory.AlignedFree(_memory);
            NativeMemory.Free(_frames);
            NativeMemory.Free(_buckets);
            NativeMemory.Free(_freeStack);
            NativeMemory.Free(_work);
            _spill.Free();
        }
    }

    /// <summary>The pool's own reference: called once, when the database is closed.</summary>
    internal void Close()
    {
        _spill.Close();
        ReleaseReference();
    }

    void IPinOwner.Unpin(int frame) => Unpin(frame);

    private static Lock[] CreateStripes()
    {
        var stripes = new Lock[StripeCount];
        for (var i = 0; i < stripes.Length; i++)
        {
            stripes[i] = new Lock();
        }

        return stripes;
    }

    // Bounds: frame is an index that the pool itself handed out, 0.._frameCount-1.
    private byte* Data(int frame)
    {
        Debug.Assert((uint)frame < (uint)_frameCount);
        return _memory + ((nint)frame * Page.Size);
    }

    private Span<byte> Bytes(int frame) => new(Data(frame), Page.Size);

    private ref PageHeader Header(int frame) => ref *(PageHeader*)Data(frame);

    internal static uint Hash(long position) => (uint)((ulong)position * 0x9E37_79B9_7F4A_7C15 >> 32);

    private int Bucket(long position) => (int)Hash(position) & _bucketMask;

    private Lock Stripe(long position) => _stripes[Bucket(position) & (StripeCount - 1)];

    internal void Unpin(int frame)
    {
        var pins = Interlocked.Decrement(ref _frames[frame].Pins);
        Debug.Assert(pins >= 0, "A page was unpinned twice.");
        if (pins == 0 && _frames[frame].Has(Frame.Orphan))
        {
            ReclaimOrphan(frame);
        }
    }

    private long Sum(Func<Counter, long> field)
    {
        var sum = 0L;
        foreach (var counter in _counters)
        {
            sum += field(counter);
        }

        return sum;
    }

    private ref Counter MyCounter => ref _counters[Environment.CurrentManagedThreadId & 15];

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Counter
    {
        public long Hits;
        public long Misses;
    }
}

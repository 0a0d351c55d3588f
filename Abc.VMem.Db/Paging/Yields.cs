using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Moments at which another thread may come between. The product does not stop at them: the calls are not compiled. A
/// build of its own (<c>-p:Mutation=true</c>) lets tests do so.
/// </summary>
internal static class Yields
{
#if VMEM_MUTATION
    private static volatile Action<Point>? s_hook;

    /// <summary>What is done at each moment; null = nothing.</summary>
    public static Action<Point>? Hook
    {
        get => s_hook;
        set => s_hook = value;
    }
#endif

    /// <summary>Says that a moment has come.</summary>
    [Conditional("VMEM_MUTATION")]
    public static void At(Point point)
    {
#if VMEM_MUTATION
        s_hook?.Invoke(point);
#else
        _ = point;
#endif
    }
}

/// <summary>Where the engine says so.</summary>
internal enum Point
{
    /// <summary>A commit was appended; its frames are versions, but not yet visible.</summary>
    Append,

    /// <summary>The log's buffer was taken, and is being written.</summary>
    LogWrite,

    /// <summary>The log was flushed; nothing says so yet.</summary>
    Publish,

    /// <summary>A frame was found, and is not pinned yet.</summary>
    Pin,

    /// <summary>A page was not found mapped.</summary>
    Load,

    /// <summary>A frame was chosen, and its lock not taken yet.</summary>
    Evict,

    /// <summary>A frame was taken out of its chain.</summary>
    Recycle,

    /// <summary>A private copy was made, and is not linked yet.</summary>
    Supersede,

    /// <summary>A version is needed or not, as was just seen.</summary>
    Judge,

    /// <summary>The home guard is through, and home is about to be replaced.</summary>
    HomeWrite,

    /// <summary>A page was put into the spill log.</summary>
    Spill,

    /// <summary>A slot was seen without a lock.</summary>
    Sweep,

    /// <summary>The log goes over to its other segment.</summary>
    Switch,

    /// <summary>A checkpoint's pages are at home.</summary>
    Checkpoint,

    /// <summary>A snapshot knows its number and has not registered it yet, or not looked again.</summary>
    Snapshot,

    /// <summary>A commit's pages stay in memory from now on.</summary>
    Seal,

    /// <summary>The file is about to be cut.</summary>
    Cut,
}

using System.Buffers;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Buffers of one call of a typed map. Rented, so that a call allocates nothing but what it returns.
/// </summary>
internal sealed class MapBuffers : IDisposable
{
    private const int MaxKeptBytes = 64 << 10;

    [ThreadStatic]
    private static MapBuffers? t_spare;

    private MapBuffers()
    {
    }

    /// <summary>The encoded key.</summary>
    public KeyBuffer Key { get; } = new();

    /// <summary>The value being written.</summary>
    public ArrayBufferWriter<byte> Written { get; } = new(256);

    /// <summary>The value that was read.</summary>
    public ValueBuffer Read { get; } = new();

    /// <summary>Takes the thread's spare buffers, or new ones.</summary>
    public static MapBuffers Rent()
    {
        var buffers = t_spare ?? new MapBuffers();
        t_spare = null;
        return buffers;
    }

    /// <summary>Gives the buffers back, unless a large value made them grow.</summary>
    public void Dispose()
    {
        if (Written.Capacity <= MaxKeptBytes)
        {
            Key.Clear();
            Written.ResetWrittenCount();
            Read.Trim();
            t_spare = this;
        }
    }
}

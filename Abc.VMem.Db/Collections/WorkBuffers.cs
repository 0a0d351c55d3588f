using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Buffers of one call, kept by the thread for its next one. A call inside the call (a constructor or a property that
/// uses the database) finds none and makes its own. Dispose gives them back.
/// </summary>
internal sealed class WorkBuffers : IDisposable
{
    [ThreadStatic]
    private static WorkBuffers? _free;

    /// <summary>A key.</summary>
    public KeyBuffer Key { get; } = new();

    /// <summary>A document.</summary>
    public ValueBuffer Document { get; } = new();

    /// <summary>Takes the thread's buffers.</summary>
    public static WorkBuffers Rent()
    {
        var buffers = _free ?? new WorkBuffers();
        _free = null;
        buffers.Key.Clear();
        return buffers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Trim();
        Document.Trim();
        _free = this;
    }
}

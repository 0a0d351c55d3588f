using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Lends each thread its buffers again, so that a short query allocates none. A buffer never goes to two users.
/// </summary>
internal static class WorkBuffers
{
    [ThreadStatic]
    private static ValueBuffer? _document;

    [ThreadStatic]
    private static KeyBuffer? _key;

    /// <summary>Takes a buffer for documents.</summary>
    public static ValueBuffer TakeDocument()
    {
        var buffer = _document ?? new ValueBuffer();
        _document = null;
        return buffer;
    }

    /// <summary>Gives a buffer for documents back.</summary>
    public static void Return(ValueBuffer buffer)
    {
        buffer.Trim();
        _document = buffer;
    }

    /// <summary>Takes an empty buffer for a key.</summary>
    public static KeyBuffer TakeKey()
    {
        var buffer = _key ?? new KeyBuffer();
        _key = null;
        buffer.Clear();
        return buffer;
    }

    /// <summary>Gives a buffer for a key back.</summary>
    public static void Return(KeyBuffer buffer)
    {
        buffer.Trim();
        _key = buffer;
    }
}

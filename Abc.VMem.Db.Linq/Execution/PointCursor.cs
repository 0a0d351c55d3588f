using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Fetches the documents of given primary keys, those that exist, in their order or backwards.</summary>
internal sealed class PointCursor(CollectionReader reader, byte[][] keys, bool descending) : DocumentCursor
{
    private readonly ValueBuffer _document = WorkBuffers.TakeDocument();
    private int _position = -1;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => keys[descending ? keys.Length - 1 - _position : _position];

    /// <inheritdoc/>
    public override bool MustLoad => true;

    /// <inheritdoc/>
    public override bool MoveNext() => ++_position < keys.Length;

    /// <inheritdoc/>
    public override bool TryLoad(out ReadOnlyMemory<byte> document)
    {
        var isThere = reader.TryFetch(Key, _document);
        document = isThere ? _document.Memory : default;
        return isThere;
    }

    /// <inheritdoc/>
    protected override void Close() => WorkBuffers.Return(_document);
}

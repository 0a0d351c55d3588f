using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Fetches the documents of collected keys, in their order; a key that comes again is passed over.</summary>
internal sealed class KeySorterCursor(CollectionReader reader, KeySorter keys) : DocumentCursor
{
    private readonly ValueBuffer _document = WorkBuffers.TakeDocument();
    private readonly KeyBuffer _last = new();
    private bool _isStarted;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => _last.Span;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        while (keys.MoveNext())
        {
            if (!_isStarted || !keys.Current.SequenceEqual(_last.Span))
            {
                _isStarted = true;
                _last.Clear();
                _last.Append(keys.Current);
                return true;
            }
        }

        return false;
    }

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

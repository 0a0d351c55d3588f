using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Takes candidates from an index in the order of its entries, fetching each document by its key.</summary>
internal sealed class IndexCursor(CollectionReader reader, EntryWalk entries) : DocumentCursor
{
    private readonly ValueBuffer _document = WorkBuffers.TakeDocument();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => entries.Current.PrimaryKey;

    /// <inheritdoc/>
    public override bool MoveNext() => entries.MoveNext();

    /// <inheritdoc/>
    public override bool TryLoad(out ReadOnlyMemory<byte> document)
    {
        var isThere = reader.TryFetch(Key, _document);
        document = isThere ? _document.Memory : default;
        return isThere;
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        WorkBuffers.Return(_document);
        entries.Dispose();
    }
}

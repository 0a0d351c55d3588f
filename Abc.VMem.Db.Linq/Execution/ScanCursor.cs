using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Walks ranges of primary keys, in their order or backwards.</summary>
internal sealed class ScanCursor(CollectionReader reader, KeyRange[] ranges, bool descending) : DocumentCursor
{
    private DocumentScan? _scan;
    private int _next;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => _scan!.Key;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        while (true)
        {
            if (_scan is not null && _scan.MoveNext())
            {
                return true;
            }

            _scan?.Dispose();
            _scan = null;
            if (_next == ranges.Length)
            {
                return false;
            }

            _scan = reader.Scan(ranges[descending ? ranges.Length - 1 - _next : _next], descending);
            _next++;
        }
    }

    /// <inheritdoc/>
    public override bool TryLoad(out ReadOnlyMemory<byte> document)
    {
        document = _scan!.Document;
        return true;
    }

    /// <inheritdoc/>
    protected override void Close() => _scan?.Dispose();
}

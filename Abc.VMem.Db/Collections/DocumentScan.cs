using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>Walks documents in key order; spans are valid until the next move.</summary>
internal sealed class DocumentScan : IDisposable
{
    private readonly CollectionReader _reader;
    private readonly MapScan? _scan;
    private readonly ValueBuffer _document = new();
    private ReadOnlyMemory<byte> _current;
    private bool _isRead;

    /// <summary>Walks a map of documents; null = none.</summary>
    internal DocumentScan(CollectionReader reader, MapScan? scan) => (_reader, _scan) = (reader, scan);

    /// <summary>Encoded primary key.</summary>
    public ReadOnlySpan<byte> Key => _scan!.Key;

    /// <summary>The document's MessagePack bytes (decompressed, overflow assembled).</summary>
    public ReadOnlyMemory<byte> Document
    {
        get
        {
            if (!_isRead)
            {
                _current = DocumentEnvelope.Open(_scan!.ValueMemory, _document);
                _isRead = true;
            }

            return _current;
        }
    }

    /// <summary>Moves on; false at the end.</summary>
    public bool MoveNext()
    {
        _isRead = false;
        if (_scan is null || !_scan.MoveNext())
        {
            return false;
        }

        _reader.CountDocument();
        return true;
    }

    /// <summary>Ends the walk.</summary>
    public void Dispose() => _scan?.Dispose();
}

using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// The document that a query looks at, as bytes and, once it is asked for, as an object. Reused, not thread-safe.
/// </summary>
internal sealed class DocumentView<T>(DocumentSerializer<T> serializer, DocumentSchema schema)
{
    private T? _value;
    private bool _isDecoded;

    /// <summary>The document's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>The document, decoded at most once.</summary>
    public T Value
    {
        get
        {
            if (!_isDecoded)
            {
                _value = serializer.Decode(Bytes, schema);
                _isDecoded = true;
            }

            return _value!;
        }
    }

    /// <summary>Looks at another document.</summary>
    public void Show(ReadOnlyMemory<byte> document)
    {
        Bytes = document;
        _isDecoded = false;
        _value = default;
    }
}

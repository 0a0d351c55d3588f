using System.Linq.Expressions;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// How a document's sort keys become one byte string whose order is the order asked for. Thread-safe.
/// </summary>
internal sealed class SortPlan<T>
{
    private readonly KeyEncoder[] _keys;
    private readonly IReadOnlyList<SortKey> _sortKeys;

    /// <summary>Prepares the keys of an order for documents of one schema.</summary>
    public SortPlan(ParameterExpression document, IReadOnlyList<SortKey> keys, DocumentSchema schema)
    {
        _sortKeys = keys;
        _keys = [.. keys.Select(key => new KeyEncoder(document, key, schema))];
    }

    /// <summary>How Explain shows the order.</summary>
    public string Description =>
        string.Join(", ", _sortKeys.Select(key => Operand.Print(key.Key) + (key.IsDescending ? " descending" : "")));

    /// <summary>Number of sort keys.</summary>
    public int Count => _keys.Length;

    /// <summary>Encodes a document's sort keys, then its primary key.</summary>
    /// <param name="document">The document.</param>
    /// <param name="primaryKey">Its encoded key.</param>
    /// <param name="isReversed">Whether the whole order is wanted backwards.</param>
    /// <param name="arguments">Values of the execution.</param>
    /// <param name="buffer">Receives the bytes.</param>
    public void Encode(
        DocumentView<T> document,
        ReadOnlySpan<byte> primaryKey,
        bool isReversed,
        QueryArguments arguments,
        KeyBuffer buffer)
    {
        buffer.Clear();

        // A computed text can be half of a pair; it has its place in the order, though it can't be a key.
        buffer.AllowsLoneSurrogates = true;
        foreach (var key in _keys)
        {
            key.Encode(document, arguments, isReversed, buffer);
        }

        var start = buffer.Length;
        buffer.Append(primaryKey);
        if (isReversed)
        {
            buffer.Complement(start);
        }
    }

    private sealed class KeyEncoder(ParameterExpression document, SortKey key, DocumentSchema schema)
    {
        private readonly KeyCodec _codec = KeyCodecs.IndexPart(IndexPartType.Of(key.Key.Type));

        private readonly Lazy<DocumentFunc<T, object?>> _compiled =
            new(() => LambdaCompiler.SortKey<T>(document, key.Key, schema));

        public void Encode(DocumentView<T> view, QueryArguments arguments, bool isReversed, KeyBuffer buffer)
        {
            var start = buffer.Length;
            var value = _compiled.Value(view, arguments);
            _codec.EncodeObject(IndexPartType.Convert(value, _codec.ValueType), buffer);
            if (key.IsDescending != isReversed)
            {
                buffer.Complement(start);
            }
        }
    }
}

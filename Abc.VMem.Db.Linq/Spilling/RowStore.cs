using System.Buffers;
using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Turns rows of one type into bytes, to put them aside, and back. A row that turns out not to be encodable (an object
/// of a derived class, half a surrogate pair) stays on the heap, and the bytes say where. Not thread-safe.
/// </summary>
internal sealed class RowStore<T>
{
    /// <summary>Longer rows go to a chain of pages of their own, so that merges don't copy them.</summary>
    private const int MaxInlineBytes = Page.PayloadBytes / 4;

    /// <summary>What a row takes on the heap besides its content: headers, references, a place in a list.</summary>
    private const int Overhead = 64;

    /// <summary>One row in so many is measured.</summary>
    private const int SampleEvery = 64;

    private static readonly Lazy<RowFormat?> Format = new(RowFormat.TryCreate);

    private readonly MemoryShare _share;
    private readonly DocumentSerializer<RowBox<T>> _serializer;
    private readonly DocumentSchema _schema;
    private readonly RowBox<T> _box = new();
    private readonly List<T> _held = [];
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly ValueBuffer _long = new();
    private long _sampledBytes;
    private long _samples;
    private long _rows;

    private RowStore(MemoryShare share, RowFormat format) =>
        (_share, _serializer, _schema) = (share, format.Serializer, format.Schema);

    private enum Form : byte
    {
        Inline,
        Overflow,
        Held,
    }

    /// <summary>
    /// The store of a type that <see cref="RowTypes"/> allows; null when it can't be encoded after all.
    /// </summary>
    public static RowStore<T>? TryCreate(MemoryShare share) =>
        Format.Value is { } format ? new(share, format) : null;

    /// <summary>Memory that a row takes, in bytes: twice its encoding, by samples, and the overhead.</summary>
    public long Measure(T row)
    {
        if (_rows++ % SampleEvery == 0 || _rows < SampleEvery / 4)
        {
            _sampledBytes += Encode(row).Length;
            _samples++;
        }

        return (typeof(T).IsValueType ? 0 : Overhead) + (2 * _sampledBytes / _samples);
    }

    /// <summary>Encodes a row; the bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode(T row)
    {
        _buffer.ResetWrittenCount();
        _buffer.Write([(byte)Form.Inline]);
        try
        {
            _box.Value = row;
            _serializer.Encode(_box, _schema, default, _buffer);
        }
        catch (DocumentException)
        {
            return [(byte)Form.Held];
        }
        finally
        {
            _box.Value = default!;
        }

        return _buffer.WrittenSpan;
    }

    /// <summary>Encodes a row to put it aside; the bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> Store(T row)
    {
        var encoded = Encode(row);
        return encoded[0] == (byte)Form.Held || encoded.Length > BTree.MaxValueBytes ? Hold(row)
            : encoded.Length > MaxInlineBytes ? StoreLong(encoded[1..])
            : encoded;
    }

    /// <summary>The row that <see cref="Store"/> made bytes of.</summary>
    public T Load(ReadOnlySpan<byte> stored)
    {
        switch ((Form)stored[0])
        {
            case Form.Inline:
                return _serializer.Decode(stored[1..], _schema).Value;
            case Form.Overflow:
                OverflowChain.Read(_share.Pages, Layout.At<OverflowReference>(stored, 1), _long);
                return _serializer.Decode(_long.Span, _schema).Value;
            default:
                return _held[BinaryPrimitives.ReadInt32LittleEndian(stored[1..])];
        }
    }

    private ReadOnlySpan<byte> Hold(T row)
    {
        _held.Add(row);
        _buffer.ResetWrittenCount();
        _buffer.Write([(byte)Form.Held]);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), _held.Count - 1);
        _buffer.Advance(sizeof(int));
        return _buffer.WrittenSpan;
    }

    private ReadOnlySpan<byte> StoreLong(ReadOnlySpan<byte> encoded)
    {
        var reference = OverflowChain.Write(_share.Pages, encoded);
        _buffer.ResetWrittenCount();
        _buffer.Write([(byte)Form.Overflow]);
        Layout.At<OverflowReference>(_buffer.GetSpan(OverflowReference.Bytes), 0) = reference;
        _buffer.Advance(OverflowReference.Bytes);
        return _buffer.WrittenSpan;
    }

    /// <summary>How rows of the type are encoded, in this process.</summary>
    private sealed record RowFormat(DocumentSerializer<RowBox<T>> Serializer, DocumentSchema Schema)
    {
        public static RowFormat? TryCreate()
        {
            try
            {
                var serializer = DocumentSerializer<RowBox<T>>.Instance;
                return new(serializer, serializer.Extend(DocumentSchema.Empty));
            }
            catch (DocumentException)
            {
                return null;
            }
        }
    }
}

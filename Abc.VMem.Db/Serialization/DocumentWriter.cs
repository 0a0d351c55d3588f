using System.Buffers;
using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Writes the tokens of one document into a buffer writer. Numbers take the shortest token that holds them.
/// </summary>
internal ref partial struct DocumentWriter
{
    /// <summary>Deepest nesting of documents, lists and maps.</summary>
    public const int MaxDepth = 128;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _pos;

    /// <summary>Starts a document at the writer's current place.</summary>
    public DocumentWriter(IBufferWriter<byte> output)
    {
        _output = output;
        _span = output.GetSpan(256);
    }

    /// <summary>
    /// The stored token that the next value replaces, or empty: what the types of the application don't know is kept
    /// from it.
    /// </summary>
    public ReadOnlySpan<byte> Previous { get; set; }

    /// <summary>Ordinal being written in the current document, to name the member of a fault.</summary>
    public int Ordinal { get; set; }

    /// <summary>Containers around the current place.</summary>
    public int Depth { get; private set; }

    /// <summary>Hands what was written to the buffer writer.</summary>
    public void Flush()
    {
        _output.Advance(_pos);
        _span = default;
        _pos = 0;
    }

    /// <summary>Enters a container.</summary>
    public void Enter()
    {
        if (++Depth > MaxDepth)
        {
            throw new DocumentFault("the object is nested deeper than 128 levels, or contains itself.");
        }
    }

    /// <summary>Leaves a container.</summary>
    public void Leave() => Depth--;

    /// <summary>Writes the token of null.</summary>
    public void WriteNil() => WriteByte(TokenCode.Nil);

    /// <summary>Writes the mark of an ordinal without a value.</summary>
    public void WriteAbsent() => WriteByte(TokenCode.Absent);

    /// <summary>Starts an array.</summary>
    public void WriteArrayHeader(int count) => WriteHeader(count, 0x90, 0xDC);

    /// <summary>Starts a map.</summary>
    public void WriteMapHeader(int count) => WriteHeader(count, 0x80, 0xDE);

    /// <summary>Copies whole tokens.</summary>
    public void WriteRaw(ReadOnlySpan<byte> tokens)
    {
        tokens.CopyTo(Room(tokens.Length));
        _pos += tokens.Length;
    }

    /// <summary>Writes text.</summary>
    /// <exception cref="DocumentFault">It has a surrogate without its other half.</exception>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
        }
        else if (value.Length <= 1024)
        {
            WriteShort(value);
        }
        else
        {
            WriteLong(value);
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Write(byte[]? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        var room = Room(5 + value.Length);
        var head = WriteLength(room, value.Length, 0xC4);
        value.CopyTo(room[head..]);
        _pos += head + value.Length;
    }

    // Assumes one byte a character to place the header, and moves the text when that was wrong.
    private void WriteShort(string value)
    {
        var room = Room(5 + (3 * value.Length));
        var head = StringHead(value.Length);
        var length = Transcode(value, room[head..]);
        var needed = StringHead(length);
        if (needed != head)
        {
            room.Slice(head, length).CopyTo(room[needed..]);
        }

        WriteStringHead(room, length);
        _pos += needed + length;
    }

    private void WriteLong(string value)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        var head = StringHead(length);
        var room = Room(head + length);
        WriteStringHead(room, length);
        _pos += head + Transcode(value, room.Slice(head, length));
    }

    private static int Transcode(string value, Span<byte> target)
    {
        var status = System.Text.Unicode.Utf8.FromUtf16(value, target, out _, out var written, false);
        return status == OperationStatus.Done
            ? written
            : throw new DocumentFault("the text has a surrogate without its other half, so it is no valid Unicode.");
    }

    private static int StringHead(int length) => length switch
    {
        <= 31 => 1,
        <= 0xFF => 2,
        <= 0xFFFF => 3,
        _ => 5,
    };

    private static void WriteStringHead(Span<byte> room, int length)
    {
        if (length <= 31)
        {
            room[0] = (byte)(0xA0 | length);
        }
        else
        {
            WriteLength(room, length, 0xD9);
        }
    }

    // Code for 8, 16 or 32 bits of length, then the length; returns their size.
    private static int WriteLength(Span<byte> room, int length, byte code)
    {
        switch (length)
        {
            case <= 0xFF:
                room[0] = code;
                room[1] = (byte)length;
                return 2;
            case <= 0xFFFF:
                room[0] = (byte)(code + 1);
                BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)length);
                return 3;
            default:
                room[0] = (byte)(code + 2);
                BinaryPrimitives.WriteInt32BigEndian(room[1..], length);
                return 5;
        }
    }

    private void WriteHeader(int count, byte shortCode, byte longCode)
    {
        if (count <= 15)
        {
            WriteByte((byte)(shortCode | count));
        }
        else if (count <= 0xFFFF)
        {
            WriteUInt16(longCode, (ushort)count);
        }
        else
        {
            WriteUInt32((byte)(longCode + 1), (uint)count);
        }
    }

    private void WriteByte(byte value)
    {
        if ((uint)_pos >= (uint)_span.Length)
        {
            Grow(1);
        }

        _span[_pos++] = value;
    }

    private Span<byte> Room(int size)
    {
        if (_span.Length - _pos < size)
        {
            Grow(size);
        }

        return _span[_pos..];
    }

    private void Grow(int size)
    {
        _output.Advance(_pos);
        _span = _output.GetSpan(Math.Max(size, 256));
        _pos = 0;
    }
}

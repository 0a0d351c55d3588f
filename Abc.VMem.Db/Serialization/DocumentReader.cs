using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Reads the tokens of one document. Every length is bounded by the bytes left before anything is allocated; nesting is
/// bounded; what breaks a rule is a <see cref="CorruptDatabaseException"/>, what a type can't hold a fault.
/// </summary>
internal ref partial struct DocumentReader
{
    // Bytes that may be read for the absent values of one document: a megabyte, and 64 times its size. Without the
    // bound a list of empty documents would decode to far more than was ever written.
    private const int FreeAbsentBytes = 1 << 20;

    private static readonly UTF8Encoding Utf8 = new(false, true);

    private readonly ReadOnlySpan<byte> _source;
    private int _pos;
    private long _absentBytes;

    /// <summary>Starts at the first token.</summary>
    public DocumentReader(ReadOnlySpan<byte> source, int depth = 0)
    {
        _source = source;
        Depth = depth;
        _absentBytes = FreeAbsentBytes + (64L * source.Length);
    }

    /// <summary>Containers around the current place.</summary>
    public int Depth { get; private set; }

    /// <summary>Ordinal being read in the current document, to name the member of a fault.</summary>
    public int Ordinal { get; set; }

    /// <summary>Place of the current document's first element.</summary>
    public int Start { get; set; }

    /// <summary>Place of the next token.</summary>
    public readonly int Pos => _pos;

    /// <summary>Bytes from the next token on.</summary>
    public readonly ReadOnlySpan<byte> Rest => _source[_pos..];

    /// <summary>Bytes from a place on.</summary>
    public readonly ReadOnlySpan<byte> From(int pos) => _source[pos..];

    /// <summary>First byte of the next token.</summary>
    public readonly byte Peek() => (uint)_pos < (uint)_source.Length ? _source[_pos] : ThrowEnd();

    /// <summary>Takes a nil token when it is the next one.</summary>
    public bool TryReadNil()
    {
        if (Peek() != TokenCode.Nil)
        {
            return false;
        }

        _pos++;
        return true;
    }

    /// <summary>Takes one byte that was looked at.</summary>
    public void Advance() => _pos++;

    /// <summary>Steps over a token.</summary>
    public void Skip() => _pos += Measure();

    /// <summary>Takes a whole token.</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        var token = _source.Slice(_pos, Measure());
        _pos += token.Length;
        return token;
    }

    /// <summary>Enters a container.</summary>
    public void Enter()
    {
        if (++Depth > DocumentWriter.MaxDepth)
        {
            Throw("at most 128 levels", "more");
        }
    }

    /// <summary>Leaves a container.</summary>
    public void Leave() => Depth--;

    /// <summary>Takes the work for an absent value, in bytes to be read, from the document's allowance.</summary>
    public void ChargeAbsent(long size)
    {
        _absentBytes -= size;
        if (_absentBytes < 0)
        {
            Throw("values for absent members within their bound", "a document that expands to far more than its size");
        }
    }

    /// <summary>Takes the header of an array; the count is at most the number of bytes left.</summary>
    public int ReadArrayHeader()
    {
        var code = Peek();
        if ((code & 0xF0) == 0x90)
        {
            _pos++;
            return BoundCount(code & 0xF, 1);
        }

        return code switch
        {
            0xDC => BoundCount(ReadUInt16At(), 1),
            0xDD => BoundCount(ReadUInt32At(), 1),
            _ => (int)ThrowType("an array"),
        };
    }

    /// <summary>Takes the header of a map; the count is at most half the number of bytes left.</summary>
    public int ReadMapHeader()
    {
        var code = Peek();
        if ((code & 0xF0) == 0x80)
        {
            _pos++;
            return BoundCount(code & 0xF, 2);
        }

        return code switch
        {
            0xDE => BoundCount(ReadUInt16At(), 2),
            0xDF => BoundCount(ReadUInt32At(), 2),
            _ => (int)ThrowType("a map"),
        };
    }

    /// <summary>Reads text or null.</summary>
    public string? ReadString()
    {
        var code = Peek();
        int length;
        if ((code & 0xE0) == 0xA0)
        {
            _pos++;
            length = code & 0x1F;
        }
        else
        {
            switch (code)
            {
                case TokenCode.Nil:
                    _pos++;
                    return null;
                case 0xD9:
                    length = ReadUInt8At();
                    break;
                case 0xDA:
                    length = ReadUInt16At();
                    break;
                case 0xDB:
                    length = BoundCount(ReadUInt32At(), 1);
                    break;
                default:
                    length = (int)ThrowType("text");
                    break;
            }
        }

        return Decode(Take(length));
    }

    /// <summary>Reads bytes or null.</summary>
    public byte[]? ReadBytes()
    {
        switch (Peek())
        {
            case TokenCode.Nil:
                _pos++;
                return null;
            case 0xC4:
                return Take(ReadUInt8At()).ToArray();
            case 0xC5:
                return Take(ReadUInt16At()).ToArray();
            case 0xC6:
                return Take(BoundCount(ReadUInt32At(), 1)).ToArray();
            default:
                ThrowType("bytes");
                return null;
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new CorruptDatabaseException("document", -1, "UTF-8", "other bytes", inner: error);
        }
    }

    private readonly int Measure()
    {
        if (!MessagePackSkipper.TrySkip(Rest, out var size))
        {
            ThrowEnd();
        }

        return size;
    }

    private readonly int BoundCount(uint count, int bytesEach)
    {
        if (count > (uint)(_source.Length - _pos) / (uint)bytesEach)
        {
            ThrowEnd();
        }

        return (int)count;
    }

    private readonly int BoundCount(int count, int bytesEach) => BoundCount((uint)count, bytesEach);

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _source.Length - _pos)
        {
            ThrowEnd();
        }

        var bytes = _source.Slice(_pos, length);
        _pos += length;
        return bytes;
    }

    // The numbers that follow a code: they step over the code too.
    private byte ReadUInt8At() => TakeNumber(1)[0];

    private ushort ReadUInt16At() => BinaryPrimitives.ReadUInt16BigEndian(TakeNumber(2));

    private uint ReadUInt32At() => BinaryPrimitives.ReadUInt32BigEndian(TakeNumber(4));

    private ulong ReadUInt64At() => BinaryPrimitives.ReadUInt64BigEndian(TakeNumber(8));

    private ReadOnlySpan<byte> TakeNumber(int size)
    {
        if (_source.Length - _pos <= size)
        {
            ThrowEnd();
        }

        var bytes = _source.Slice(_pos + 1, size);
        _pos += 1 + size;
        return bytes;
    }

    [DoesNotReturn]
    private static byte ThrowEnd() =>
        throw new CorruptDatabaseException("document", -1, "more bytes", "the end inside a token");

    [DoesNotReturn]
    private static void Throw(string expected, string found) =>
        throw new CorruptDatabaseException("document", -1, expected, found);

    [DoesNotReturn]
    private readonly long ThrowType(string expected) => throw new CorruptDatabaseException(
        "document", -1, expected, FormattableString.Invariant($"a token with code {Peek():X2}"));
}

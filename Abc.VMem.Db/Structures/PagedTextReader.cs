using System.Text;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Reads the text of a string, decoding a page at a time. Not thread-safe.</summary>
internal sealed partial class PagedTextReader(Stream stream) : TextReader
{
    private readonly TextStream _stream = (TextStream)stream;
    private readonly Decoder _decoder = TextBytes.Strict.GetDecoder();
    private readonly byte[] _bytes = new byte[Page.PayloadBytes];
    private readonly char[] _chars = new char[TextBytes.Strict.GetMaxCharCount(Page.PayloadBytes)];
    private int _next;
    private int _end;

    /// <inheritdoc/>
    public override int Peek() => HasMore() ? _chars[_next] : -1;

    /// <inheritdoc/>
    public override int Read() => HasMore() ? _chars[_next++] : -1;

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        var count = 0;
        while (count < buffer.Length && HasMore())
        {
            var part = _chars.AsSpan(_next, Math.Min(_end - _next, buffer.Length - count));
            part.CopyTo(buffer[count..]);
            (count, _next) = (count + part.Length, _next + part.Length);
        }

        return count;
    }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > buffer.Length - index)
        {
            throw new ArgumentException("The buffer ends before that many characters.", nameof(buffer));
        }

        return Read(buffer.AsSpan(index, count));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There are more characters than a string can have.</exception>
    public override string ReadToEnd()
    {
        var text = new StringBuilder();
        while (HasMore())
        {
            TextBytes.RequireString((long)text.Length + _end - _next);
            text.Append(_chars, _next, _end - _next);
            _next = _end;
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _stream.Dispose();
        _next = _end = 0;
        base.Dispose(disposing);
    }

    private bool HasMore()
    {
        while (_next == _end)
        {
            var hasChanged = _stream.HasChanged;
            var count = _stream.Read(_bytes);
            (_next, _end) = (0, Decode(_bytes.AsSpan(0, count), hasChanged));
            if (count == 0)
            {
                return false;
            }
        }

        return true;
    }

    private int Decode(ReadOnlySpan<byte> bytes, bool hasChanged)
    {
        try
        {
            return TextBytes.Decode(_decoder, bytes, _chars, bytes.IsEmpty, PagePos.Nil);
        }
        catch (CorruptDatabaseException exception) when (hasChanged)
        {
            throw new InvalidOperationException("The transaction changed the text while it was being read.", exception);
        }
    }
}

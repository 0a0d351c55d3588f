using System.Text;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Appends to a string. Gathers text in memory and appends it a buffer at a time, or more that comes at once, each time
/// as one change. Not thread-safe.
/// </summary>
internal sealed partial class PagedTextWriter : TextWriter
{
    private const int BufferChars = 4096;

    private readonly VMemString _target;
    private readonly char[] _chars = new char[BufferChars];
    private int _count;
    private bool _isDisposed;

    /// <summary>Prepares to append.</summary>
    public PagedTextWriter(VMemString target)
        : base(System.Globalization.CultureInfo.InvariantCulture)
    {
        _target = target;

        // Through the property: the base class keeps the line end twice.
        NewLine = "\n";
    }

    /// <inheritdoc/>
    public override Encoding Encoding => TextBytes.Strict;

    private bool EndsInHalfPair => WholeLength(_chars.AsSpan(0, _count)) < _count;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It makes half a surrogate pair; the half is dropped.</exception>
    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        Write(new ReadOnlySpan<char>(buffer, index, count));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// It makes half a surrogate pair: nothing of it is written, and a half that was left from the call before is
    /// dropped. The first half of a pair may be the end of a text, if the next one begins with the other.
    /// </exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        RequireWritable(buffer);
        if (buffer.Length > BufferChars - _count)
        {
            Append();
        }

        if (buffer.Length > BufferChars - _count)
        {
            if (_count > 0)
            {
                // What is left is half a pair: its other half comes first.
                buffer = buffer[Gather(buffer[..1])..];
                Append();
            }

            var whole = WholeLength(buffer);
            _target.Append(buffer[..whole]);
            buffer = buffer[whole..];
        }

        Gather(buffer);
    }

    /// <summary>Appends what was gathered; half a surrogate pair at its end waits for the other half.</summary>
    public override void Flush()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Append();
    }

    /// <summary>Appends what was gathered, and ends the writer.</summary>
    /// <exception cref="ArgumentException">The text ends in half a surrogate pair; the rest is appended.</exception>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Append();
            RequireNoHalf();
        }

        base.Dispose(disposing);
    }

    // Length without the first half of a pair at the end.
    private static int WholeLength(ReadOnlySpan<char> text) =>
        text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;

    private void Append()
    {
        var whole = WholeLength(_chars.AsSpan(0, _count));
        _target.Append(_chars.AsSpan(0, whole));
        DropFirst(whole);
    }

    private void DropFirst(int count)
    {
        _chars.AsSpan(count, _count - count).CopyTo(_chars);
        _count -= count;
    }

    private void RequireNoHalf()
    {
        if (_count > 0)
        {
            throw TextBytes.HalfPair(0, "text");
        }
    }

    private int Gather(ReadOnlySpan<char> text)
    {
        text.CopyTo(_chars.AsSpan(_count));
        _count += text.Length;
        return text.Length;
    }

    private void RequireWritable(ReadOnlySpan<char> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty)
        {
            return;
        }

        var first = 0;
        if (EndsInHalfPair)
        {
            if (!char.IsLowSurrogate(buffer[0]))
            {
                _count--;
                throw TextBytes.HalfPair(0, nameof(buffer));
            }

            first = 1;
        }

        var last = buffer.Length > first && char.IsHighSurrogate(buffer[^1]) ? 1 : 0;
        TextBytes.RequireWhole(buffer[first..^last], nameof(buffer));
    }
}

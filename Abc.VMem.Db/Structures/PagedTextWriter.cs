using System.Text;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Appends to a string. Gathers text in memory and appends it a buffer at a time, each time as one change. Not
/// thread-safe.
/// </summary>
internal sealed class PagedTextWriter : TextWriter
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
        CoreNewLine = ['\n'];
    }

    /// <inheritdoc/>
    public override Encoding Encoding => TextBytes.Strict;

    private bool EndsInHalfPair => _count > 0 && char.IsHighSurrogate(_chars[_count - 1]);

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
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty)
        {
            return;
        }

        RequirePairs(buffer);
        while (!buffer.IsEmpty)
        {
            if (_count == BufferChars)
            {
                Append();
            }

            var part = buffer[..Math.Min(buffer.Length, BufferChars - _count)];
            part.CopyTo(_chars.AsSpan(_count));
            _count += part.Length;
            buffer = buffer[part.Length..];
        }
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
            if (_count > 0)
            {
                throw TextBytes.HalfPair(0, "text");
            }
        }

        base.Dispose(disposing);
    }

    private void Append()
    {
        var half = EndsInHalfPair ? 1 : 0;
        _target.Append(_chars.AsSpan(0, _count - half));
        _chars.AsSpan(_count - half, half).CopyTo(_chars);
        _count = half;
    }

    private void RequirePairs(ReadOnlySpan<char> buffer)
    {
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

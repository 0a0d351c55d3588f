using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Writing: each call is one change of the string.</summary>
internal sealed partial class TextStream
{
    /// <inheritdoc/>
    /// <exception cref="LimitExceededException">The place is so far behind the end that no string has room for it;
    /// nothing was changed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        RequireWritable();
        if (buffer.IsEmpty)
        {
            return;
        }

        var place = _chain.Change(new Piece(buffer, this), static (pages, ref state, piece) =>
            piece.Stream.Write(pages, ref state, piece.Bytes));
        _position += buffer.Length;
        Follow(place);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write(new ReadOnlySpan<byte>(in value));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireWritable();
        if (buffer.IsEmpty)
        {
            return;
        }

        var place = await _chain.ChangeAsync(
            (Stream: this, Bytes: buffer),
            static (pages, ref state, piece) => piece.Stream.Write(pages, ref state, piece.Bytes.Span),
            cancellationToken).ConfigureAwait(false);
        _position += buffer.Length;
        Follow(place);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override void SetLength(long value)
    {
        RequireWritable();
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        _chain.Change(value, static (pages, ref state, value) =>
        {
            TextPages.RequireRoom(in state, value);
            TextPages.Truncate(pages, ref state, value);
            TextPages.AppendZeros(pages, ref state, value - state.ItemCount);
            return 0;
        });
        _position = Math.Min(_position, value);
        Follow(TextPlace.None);
    }

    private void RequireWritable()
    {
        RequireOpen();
        if (!CanWrite)
        {
            throw new NotSupportedException("The stream was opened to read only.");
        }
    }

    private TextPlace Write(PageWriter pages, ref ChainState state, ReadOnlySpan<byte> bytes)
    {
        var end = _position > long.MaxValue - bytes.Length ? long.MaxValue : _position + bytes.Length;
        TextPages.RequireRoom(in state, end);
        var place = PlaceIn(pages);
        TextPages.AppendZeros(pages, ref state, _position - state.ItemCount);
        var over = (int)Math.Min(bytes.Length, state.ItemCount - _position);
        TextPages.Overwrite(pages, ref state, _position, bytes[..over], ref place);
        ItemPages.AppendRange(pages, ref state, bytes[over..]);
        return place;
    }

    // What was found in a transaction holds in it until its next change; another moment's pages are others.
    private TextPlace PlaceIn(PageWriter pages) =>
        ReferenceEquals(pages, _moment) && pages.ChangeCount == _changes ? _place : TextPlace.None;

    // An implicit transaction is over: the next read is of a later moment.
    private void Follow(TextPlace place)
    {
        if (_moment is PageWriter)
        {
            (_place, _changes) = (place, _moment.ChangeCount);
        }
        else
        {
            ExitMoment();
        }
    }

    private readonly ref struct Piece(ReadOnlySpan<byte> bytes, TextStream stream)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public TextStream Stream { get; } = stream;
    }
}

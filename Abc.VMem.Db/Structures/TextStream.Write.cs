using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Writing: each call is one change of the string.</summary>
internal sealed partial class TextStream
{
    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        RequireWritable();
        if (buffer.IsEmpty)
        {
            return;
        }

        var place = _chain.Change(new Piece(buffer, _position, this), static (pages, ref state, piece) =>
        {
            var place = piece.Stream.PlaceIn(pages);
            TextPages.AppendZeros(pages, ref state, piece.Offset - state.ItemCount);
            var over = (int)Math.Min(piece.Bytes.Length, state.ItemCount - piece.Offset);
            TextPages.Overwrite(pages, in state, piece.Offset, piece.Bytes[..over], ref place);
            ItemPages.AppendRange(pages, ref state, piece.Bytes[over..]);
            return place;
        });
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
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
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

    private readonly ref struct Piece(ReadOnlySpan<byte> bytes, long offset, TextStream stream)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public long Offset { get; } = offset;

        public TextStream Stream { get; } = stream;
    }
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// The bytes of a string as a stream. Reading holds one moment, in a transaction the transaction itself; it remembers
/// its page, so that going on costs no search. Not thread-safe.
/// </summary>
internal sealed partial class TextStream : Stream
{
    private readonly ChainAccess _chain;
    private readonly FileAccess _access;

    // The transaction, when there is one; else what is being read, and nothing between a write and the next read.
    private PageReader? _moment;
    private TextPlace _place = TextPlace.None;
    private long _changes;
    private long _position;
    private bool _isDisposed;

    /// <summary>Opens a string at its first byte.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The access is none.</exception>
    public TextStream(ChainAccess chain, FileAccess access)
    {
        if (access is not (FileAccess.Read or FileAccess.Write or FileAccess.ReadWrite))
        {
            throw new ArgumentOutOfRangeException(nameof(access), access, "Read, Write, or both.");
        }

        (_chain, _access) = (chain, access);
        if (EnterMoment() is not PageWriter && access != FileAccess.Read)
        {
            ExitMoment();
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed && _access.HasFlag(FileAccess.Read);

    /// <inheritdoc/>
    public override bool CanWrite => !_isDisposed && _access.HasFlag(FileAccess.Write);

    /// <inheritdoc/>
    public override bool CanSeek => !_isDisposed;

    /// <inheritdoc/>
    public override long Length
    {
        get
        {
            RequireOpen();
            return _moment is null
                ? _chain.Read(0, static (pages, in state, _) => state.ItemCount)
                : _chain.Home.Read(_moment).ItemCount;
        }
    }

    /// <inheritdoc/>
    public override long Position
    {
        get
        {
            RequireOpen();
            return _position;
        }

        set
        {
            RequireOpen();
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Whether the transaction that is read has changed anything since the last read.</summary>
    public bool HasChanged => _moment is not null && _moment.ChangeCount != _changes;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        var start = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            SeekOrigin.End => Length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Begin, Current or End."),
        };
        RequireOpen();
        if (offset > long.MaxValue - start || start + offset < 0)
        {
            throw new IOException("The place is before the first byte, or beyond all bytes.");
        }

        return _position = start + offset;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        RequireOpen();
        if (!CanRead)
        {
            throw new NotSupportedException("The stream was opened to write only.");
        }

        var pages = _moment ?? EnterMoment();
        var state = _chain.Home.Read(pages);
        if (pages.ChangeCount != _changes)
        {
            (_place, _changes) = (TextPlace.None, pages.ChangeCount);
        }

        var count = TextPages.Read(pages, in state, _position, buffer, ref _place);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        byte value = 0;
        return Read(new Span<byte>(ref value)) == 0 ? -1 : value;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        CompletedCall.Run((this, buffer), static call => call.Item1.Read(call.buffer.Span), cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Does nothing: what was written is in the string.</summary>
    public override void Flush() => RequireOpen();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            ExitMoment();
        }

        base.Dispose(disposing);
    }

    private PageReader EnterMoment()
    {
        var pages = _chain.Source.EnterRead();
        (_moment, _place, _changes) = (pages, TextPlace.None, pages.ChangeCount);
        return pages;
    }

    private void ExitMoment()
    {
        if (_moment is not null)
        {
            _chain.Source.ExitRead(_moment);
            _moment = null;
        }
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}

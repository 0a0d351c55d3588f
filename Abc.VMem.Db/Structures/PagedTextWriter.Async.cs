namespace Abc.VMem.Db.Structures;

/// <summary>Appending without blocking a thread.</summary>
internal sealed partial class PagedTextWriter
{
    /// <inheritdoc/>
    public override Task WriteAsync(char value) => WriteAsync(new[] { value }.AsMemory());

    /// <inheritdoc/>
    public override Task WriteAsync(string? value) => WriteAsync(value.AsMemory());

    /// <inheritdoc/>
    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return WriteAsync(new ReadOnlyMemory<char>(buffer, index, count));
    }

    /// <summary>As <see cref="Write(ReadOnlySpan{char})"/>, without blocking a thread.</summary>
    public override async Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireWritable(buffer.Span);
        if (buffer.Length > BufferChars - _count)
        {
            await AppendAsync(cancellationToken).ConfigureAwait(false);
        }

        if (buffer.Length > BufferChars - _count)
        {
            if (_count > 0)
            {
                buffer = buffer[Gather(buffer.Span[..1])..];
                await AppendAsync(cancellationToken).ConfigureAwait(false);
            }

            var whole = WholeLength(buffer.Span);
            await _target.AppendAsync(buffer[..whole], cancellationToken).ConfigureAwait(false);
            buffer = buffer[whole..];
        }

        Gather(buffer.Span);
    }

    /// <inheritdoc/>
    public override Task WriteLineAsync() => WriteAsync(CoreNewLine.AsMemory());

    /// <inheritdoc/>
    public override Task WriteLineAsync(char value) => WriteLineAsync(new[] { value }.AsMemory());

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value) => WriteLineAsync(value.AsMemory());

    /// <inheritdoc/>
    public override Task WriteLineAsync(char[] buffer, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return WriteLineAsync(new ReadOnlyMemory<char>(buffer, index, count));
    }

    /// <inheritdoc/>
    public override async Task WriteLineAsync(
        ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        await WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await WriteAsync(CoreNewLine.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task FlushAsync() => FlushAsync(CancellationToken.None);

    /// <summary>As <see cref="Flush"/>, without blocking a thread.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await AppendAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends what was gathered, and ends the writer, without blocking a thread.</summary>
    /// <exception cref="ArgumentException">The text ends in half a surrogate pair; the rest is appended.</exception>
    public override async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await AppendAsync(CancellationToken.None).ConfigureAwait(false);
            RequireNoHalf();
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask AppendAsync(CancellationToken cancellationToken)
    {
        var whole = WholeLength(_chars.AsSpan(0, _count));
        await _target.AppendAsync(_chars.AsMemory(0, whole), cancellationToken).ConfigureAwait(false);
        DropFirst(whole);
    }
}

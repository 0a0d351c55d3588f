namespace Abc.VMem.Db.Structures;

/// <summary>
/// Reading as the asynchronous calls have it, on the calling thread: the base class would take another.
/// </summary>
internal sealed partial class PagedTextReader
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
        CompletedCall.Run((this, buffer), static call => call.Item1.Read(call.buffer.Span), cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(char[] buffer, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return ReadAsync(buffer.AsMemory(index, count)).AsTask();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadBlockAsync(
        Memory<char> buffer, CancellationToken cancellationToken = default) => ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadBlockAsync(char[] buffer, int index, int count) => ReadAsync(buffer, index, count);

    /// <inheritdoc/>
    public override Task<string?> ReadLineAsync() => ReadLineAsync(CancellationToken.None).AsTask();

    /// <inheritdoc/>
    public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        CompletedCall.Run(this, static reader => reader.ReadLine(), cancellationToken);

    /// <inheritdoc/>
    public override Task<string> ReadToEndAsync() => ReadToEndAsync(CancellationToken.None);

    /// <inheritdoc/>
    public override Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        CompletedCall.Run(this, static reader => reader.ReadToEnd(), cancellationToken).AsTask();
}

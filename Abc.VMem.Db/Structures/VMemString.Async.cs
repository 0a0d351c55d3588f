namespace Abc.VMem.Db.Structures;

/// <summary>
/// Changing a string without blocking a thread. Cancelled after the log was written, the outcome is unknown.
/// </summary>
public partial class VMemString
{
    /// <summary>As <see cref="Append(string)"/>, without blocking a thread.</summary>
    public ValueTask AppendAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return AppendAsync(text.AsMemory(), cancellationToken);
    }

    /// <inheritdoc cref="AppendAsync(string, CancellationToken)"/>
    public async ValueTask AppendAsync(ReadOnlyMemory<char> text, CancellationToken cancellationToken = default)
    {
        TextBytes.RequireWhole(text.Span, nameof(text));
        if (text.IsEmpty)
        {
            return;
        }

        await Chain.ChangeAsync(
            text,
            static (pages, ref state, text) =>
            {
                TextPages.Append(pages, ref state, text.Span);
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Insert"/>, without blocking a thread.</summary>
    public ValueTask InsertAsync(
        long byteOffset, ReadOnlyMemory<char> text, CancellationToken cancellationToken = default) =>
        ReplaceAsync(byteOffset, 0, text, cancellationToken);

    /// <summary>As <see cref="Remove"/>, without blocking a thread.</summary>
    public ValueTask RemoveAsync(long byteOffset, long byteCount, CancellationToken cancellationToken = default) =>
        ReplaceAsync(byteOffset, byteCount, default, cancellationToken);

    /// <summary>As <see cref="Replace"/>, without blocking a thread.</summary>
    public async ValueTask ReplaceAsync(
        long byteOffset, long byteCount, ReadOnlyMemory<char> text, CancellationToken cancellationToken = default)
    {
        TextBytes.RequireWhole(text.Span, nameof(text));
        await Chain.ChangeAsync(
            (byteOffset, byteCount, text),
            static (pages, ref state, edit) =>
            {
                Exchange(pages, ref state, edit.byteOffset, edit.byteCount, edit.text.Span);
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Set"/>, without blocking a thread.</summary>
    public async ValueTask SetAsync(ReadOnlyMemory<char> text, CancellationToken cancellationToken = default)
    {
        TextBytes.RequireWhole(text.Span, nameof(text));
        await Chain.ChangeAsync(
            text,
            static (pages, ref state, text) =>
            {
                LinkedChain.Clear(pages, ref state);
                TextPages.Append(pages, ref state, text.Span);
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Truncate"/>, without blocking a thread.</summary>
    public async ValueTask TruncateAsync(long byteCount, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(byteCount, CutBehind, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="Clear"/>, without blocking a thread.</summary>
    public ValueTask ClearAsync(CancellationToken cancellationToken = default) => TruncateAsync(0, cancellationToken);
}

using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A persistent text of any length: UTF-8 in the pages of a pool. Places in it are numbers of bytes, of which the first
/// byte of a character, or the end, is a place to edit. What can't be stored without loss, half a surrogate pair, is
/// refused.
/// </summary>
/// <remarks>
/// Constructed from a pool, it may be used from many threads: each call reads the last committed state, or is a
/// transaction of its own. Constructed from a transaction it belongs to that. Finding a byte reads the headers of the
/// pages from the nearer end; appending does not.
/// </remarks>
public partial class VMemString : VMemStringView
{
    /// <summary>Prepares to read and write; the file is not touched yet.</summary>
    /// <param name="pages">Where to read and write: a pool or a transaction.</param>
    /// <param name="state">Where its state is; all zero = empty.</param>
    /// <inheritdoc cref="VMemStringView(PageSource, PageAddress)" path="/exception"/>
    /// <inheritdoc cref="VMemStringView(PageSource, PageAddress)" path="/remarks"/>
    public VMemString(PageScope pages, PageAddress state)
        : base(pages, state)
    {
    }

    internal VMemString(PageScope pages, StateLocator locator)
        : base(pages, locator)
    {
    }

    /// <summary>Where it is read and written: the pool or transaction that it was constructed from.</summary>
    public PageScope Scope => Chain.Scope;

    /// <summary>Appends text.</summary>
    /// <exception cref="ArgumentException">It has half a surrogate pair; nothing was changed.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Append(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Append(text.AsSpan());
    }

    /// <inheritdoc cref="Append(string)"/>
    public void Append(ReadOnlySpan<char> text)
    {
        TextBytes.RequireWhole(text, nameof(text));
        if (!text.IsEmpty)
        {
            Chain.Change(text, static (pages, ref state, text) =>
            {
                TextPages.Append(pages, ref state, text);
                return 0;
            });
        }
    }

    /// <summary>Appends a character.</summary>
    /// <inheritdoc cref="Append(string)" path="/exception"/>
    public void Append(char value) => Append(new ReadOnlySpan<char>(in value));

    /// <summary>Appends a line feed; the same on every platform.</summary>
    /// <inheritdoc cref="Append(string)" path="/exception"/>
    public void AppendLine() => Append('\n');

    /// <summary>Appends text and a line feed.</summary>
    /// <inheritdoc cref="Append(string)" path="/exception"/>
    public void AppendLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Append(text + "\n");
    }

    /// <summary>Inserts text.</summary>
    /// <param name="byteOffset">The byte that it comes before: the first of a character; or the end.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">
    /// The place is inside a character or outside the text, or the text has half a surrogate pair; nothing was changed.
    /// </exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Insert(long byteOffset, ReadOnlySpan<char> text) => Replace(byteOffset, 0, text);

    /// <summary>Removes a part.</summary>
    /// <param name="byteOffset">Where it begins: the first byte of a character, or the end.</param>
    /// <param name="byteCount">Its length in bytes, up to the first byte of a character, or the end.</param>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public void Remove(long byteOffset, long byteCount) => Replace(byteOffset, byteCount, []);

    /// <summary>Puts text in the place of a part.</summary>
    /// <param name="byteOffset">Where the part begins: the first byte of a character, or the end.</param>
    /// <param name="byteCount">Its length in bytes, up to the first byte of a character, or the end.</param>
    /// <param name="text">The text.</param>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public void Replace(long byteOffset, long byteCount, ReadOnlySpan<char> text)
    {
        TextBytes.RequireWhole(text, nameof(text));
        Chain.Change(new Edit(byteOffset, byteCount, text), static (pages, ref state, edit) =>
        {
            Exchange(pages, ref state, edit.Offset, edit.Count, edit.Text);
            return 0;
        });
    }

    /// <summary>Puts text in the place of all.</summary>
    /// <inheritdoc cref="Append(string)" path="/exception"/>
    public void Set(ReadOnlySpan<char> text)
    {
        TextBytes.RequireWhole(text, nameof(text));
        Chain.Change(text, static (pages, ref state, text) =>
        {
            LinkedChain.Clear(pages, ref state);
            TextPages.Append(pages, ref state, text);
            return 0;
        });
    }

    /// <summary>Removes everything behind a place.</summary>
    /// <param name="byteCount">Bytes that stay, up to the first byte of a character, or the end.</param>
    /// <exception cref="ArgumentException">The place is inside a character or outside the text; nothing was
    /// changed.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Truncate(long byteCount) =>
        Chain.Change(byteCount, CutBehind);

    /// <summary>Removes all text. Cheap: all pages go back at once.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Clear() => Truncate(0);

    /// <summary>
    /// Opens a writer that appends. It gathers up to 4,096 characters in memory; all that was written is in the string
    /// after <see cref="TextWriter.Flush"/> or the end of the writer, which must be disposed before its transaction
    /// commits. Its lines end with a line feed, unless told otherwise.
    /// </summary>
    /// <remarks>
    /// Outside a transaction each time that what was gathered is appended is a transaction of its own, as is one call
    /// with more text than that: when all is to become visible at once, open it in a transaction.
    /// </remarks>
    public TextWriter OpenWriter() => new PagedTextWriter(this);

    /// <summary>Opens the bytes of the text as a stream, at the first byte.</summary>
    /// <param name="access">
    /// To read: outside a transaction the bytes stay as they are now until the stream is disposed. To write: each call
    /// is a transaction of its own outside of one, and what was written is in the string when it returns. To read and
    /// write: outside a transaction the bytes stay as they were at the first read after the last write.
    /// </param>
    /// <remarks>
    /// Bytes are bytes there: a character may come in two writes, and it is the writer's business that all together are
    /// UTF-8. Bytes behind the end that are skipped, or added by <see cref="Stream.SetLength"/>, are zero; they take
    /// pages as others do.
    /// </remarks>
    public Stream OpenStream(FileAccess access) => new TextStream(Chain, access);

    private static void Exchange(
        PageWriter pages, ref ChainState state, long byteOffset, long byteCount, ReadOnlySpan<char> text)
    {
        var from = TextPages.At(pages, in state, byteOffset, nameof(byteOffset));
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteCount, state.ItemCount - byteOffset);
        if (byteCount > 0)
        {
            var to = TextPages.At(pages, in state, byteOffset + byteCount, nameof(byteCount));
            from = ItemPages.RemoveRange(pages, ref state, from, to, PageBalance.All);
        }

        TextPages.Insert(pages, ref state, from, text);
    }

    private static int CutBehind(PageWriter pages, ref ChainState state, long byteCount)
    {
        TextPages.At(pages, in state, byteCount, nameof(byteCount));
        TextPages.Truncate(pages, ref state, byteCount);
        return 0;
    }

    private readonly ref struct Edit(long offset, long count, ReadOnlySpan<char> text)
    {
        public long Offset { get; } = offset;

        public long Count { get; } = count;

        public ReadOnlySpan<char> Text { get; } = text;
    }
}

using System.Buffers;
using System.Collections;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A persistent text of any length, to read: UTF-8 in the pages of a pool. Places in it are numbers of bytes.
/// </summary>
/// <remarks>
/// Constructed from a pool, it may be used from many threads: each call reads the last committed state. Constructed
/// from a transaction or snapshot it belongs to that. It keeps nothing of the text in memory. An enumeration sees the
/// text as of its start; in a transaction it throws when the text is changed where it stands.
/// </remarks>
public partial class VMemStringView : IEnumerable<char>
{
    /// <summary>Prepares to read; the file is not touched yet.</summary>
    /// <param name="pages">Where to read: a pool, a transaction or a snapshot.</param>
    /// <param name="state">Where its state is.</param>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    /// <remarks>
    /// A call throws an <see cref="ArgumentException"/> when the state is that of another structure, or the page none
    /// of the program's own.
    /// </remarks>
    public VMemStringView(PageSource pages, PageAddress state)
        : this(pages, new AddressLocator(pages, state, StateKind.Text))
    {
    }

    internal VMemStringView(PageSource pages, StateLocator locator) =>
        Chain = new ChainAccess(pages, new LocatedChain(locator, StateKind.Text, 1));

    /// <summary>Length of the text, in bytes of UTF-8.</summary>
    public long ByteCount => Chain.Read(0, static (pages, in state, _) => state.ItemCount);

    /// <summary>Whether there is no text.</summary>
    public bool IsEmpty => ByteCount == 0;

    /// <summary>Pages that the text takes.</summary>
    public long PageCount => Chain.Read(0, static (pages, in state, _) => (long)state.PageCount);

    /// <summary>Where it is read: the pool, transaction or snapshot that it was constructed from.</summary>
    public PageSource Source => Chain.Source;

    internal ChainAccess Chain { get; }

    /// <summary>The whole text.</summary>
    /// <exception cref="InvalidOperationException">It is too long for memory's strings; use a reader.</exception>
    /// <exception cref="CorruptDatabaseException">The bytes are no UTF-8.</exception>
    public override string ToString() =>
        Chain.Read(0, static (pages, in state, _) => Decode(pages, in state, 0, state.ItemCount));

    /// <summary>A part of the text.</summary>
    /// <param name="byteOffset">Where it begins: the first byte of a character, or the end.</param>
    /// <param name="byteCount">Its length in bytes, up to the first byte of a character, or the end.</param>
    /// <exception cref="ArgumentException">An end is inside a character, or outside the text.</exception>
    /// <exception cref="InvalidOperationException">It is too long for memory's strings; use a reader.</exception>
    /// <exception cref="CorruptDatabaseException">The bytes are no UTF-8.</exception>
    public string Substring(long byteOffset, long byteCount) =>
        Chain.Read((byteOffset, byteCount), static (pages, in state, part) =>
        {
            TextPages.At(pages, in state, part.byteOffset, nameof(byteOffset));
            ArgumentOutOfRangeException.ThrowIfNegative(part.byteCount, nameof(byteCount));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(
                part.byteCount, state.ItemCount - part.byteOffset, nameof(byteCount));
            TextPages.At(pages, in state, part.byteOffset + part.byteCount, nameof(byteCount));
            return Decode(pages, in state, part.byteOffset, part.byteCount);
        });

    /// <summary>Walks the characters (UTF-16 units), page by page.</summary>
    /// <exception cref="CorruptDatabaseException">Walking: the bytes are no UTF-8.</exception>
    /// <exception cref="InvalidOperationException">Walking: the transaction changed the text there.</exception>
    public IEnumerator<char> GetEnumerator()
    {
        var pages = Chain.Source.EnterRead();
        try
        {
            using var walk =
                new ItemWalk<byte>(pages, Chain.Home, ItemPosition.BeforeFirst, ItemPosition.End, isBackward: false);
            var decoder = TextBytes.Strict.GetDecoder();
            char[] chars = [];
            while (walk.MoveNextPage())
            {
                chars = chars.Length > 0 ? chars : new char[TextBytes.Strict.GetMaxCharCount(Page.PayloadBytes)];
                var part = walk.Items.AsSpan(walk.First..walk.End);
                var count = TextBytes.Decode(decoder, part, chars, isLast: false, walk.Page);
                for (var i = 0; i < count; i++)
                {
                    yield return chars[i];
                    walk.VerifyUnchanged();
                }
            }

            TextBytes.Decode(decoder, [], chars, isLast: true, PagePos.Nil);
        }
        finally
        {
            Chain.Source.ExitRead(pages);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Opens the text to read. Outside a transaction it stays as it is now until the reader is disposed.
    /// </summary>
    public TextReader OpenReader() => new PagedTextReader(OpenStream());

    /// <summary>
    /// Opens the bytes to read. Outside a transaction they stay as they are now until the stream is disposed.
    /// </summary>
    public Stream OpenStream() => new TextStream(Chain, FileAccess.Read);

    private static string Decode(PageReader pages, in ChainState state, long offset, long count)
    {
        LinkedChain.RequirePossible(pages, in state);
        if (count > Array.MaxLength)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{count} bytes are too much for a string. Use OpenReader, or parts of the text."));
        }

        var bytes = ArrayPool<byte>.Shared.Rent((int)count);
        try
        {
            var place = TextPlace.None;
            var part = bytes.AsSpan(0, (int)count);
            TextPages.Read(pages, in state, offset, part, ref place);
            return TextBytes.Decode(part, in state);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

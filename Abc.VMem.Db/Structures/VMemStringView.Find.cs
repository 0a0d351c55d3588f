using System.Buffers;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Searching.</summary>
public partial class VMemStringView
{
    /// <summary>Whether a text occurs in this one; compared by characters as they are (ordinal).</summary>
    /// <exception cref="ArgumentException">The text to find has half a surrogate pair.</exception>
    public bool Contains(ReadOnlySpan<char> text) => IndexOf(text) >= 0;

    /// <summary>
    /// Byte where a text first occurs, or -1; compared by characters as they are (ordinal). Reads from there on.
    /// </summary>
    /// <param name="text">The text to find. An empty one is found at once.</param>
    /// <param name="fromByte">Where to begin.</param>
    /// <exception cref="ArgumentException">The text to find has half a surrogate pair.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The string has no such byte.</exception>
    public long IndexOf(ReadOnlySpan<char> text, long fromByte = 0)
    {
        TextBytes.RequireWhole(text, nameof(text));
        ArgumentOutOfRangeException.ThrowIfNegative(fromByte);
        var sought = new byte[TextBytes.Strict.GetByteCount(text)];
        TextBytes.Strict.GetBytes(text, sought);
        return Chain.Read((sought, fromByte), static (pages, in state, args) =>
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(args.fromByte, state.ItemCount, nameof(fromByte));
            return args.sought.Length == 0 ? args.fromByte : Find(pages, in state, args.sought, args.fromByte);
        });
    }

    // A part keeps its last bytes, one less than sought, before the next part: so that no place is looked at twice.
    private static long Find(PageReader pages, in ChainState state, ReadOnlySpan<byte> sought, long from)
    {
        var overlap = sought.Length - 1;
        var bytes = ArrayPool<byte>.Shared.Rent(overlap + Math.Max(sought.Length, Page.PayloadBytes));
        try
        {
            var (kept, place) = (0, TextPlace.None);
            while (true)
            {
                var read = TextPages.Read(pages, in state, from + kept, bytes.AsSpan(kept), ref place);
                var part = bytes.AsSpan(0, kept + read);
                var index = part.IndexOf(sought);
                if (index >= 0 || read == 0)
                {
                    return index < 0 ? -1 : from + index;
                }

                kept = Math.Min(overlap, part.Length);
                part[^kept..].CopyTo(bytes);
                from += part.Length - kept;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// One entry of a leaf, bounds already checked. Valid while its page is. Small, so that it stays in registers.
/// </summary>
internal readonly ref struct LeafCell
{
    private const int LengthMask = 0x3FF;
    private const int OverflowBit = 0x400;
    private const int PayloadShift = 12;

    private readonly ReadOnlySpan<byte> _page;
    private readonly int _bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LeafCell(ReadOnlySpan<byte> page, int offset, int bits)
    {
        _page = page;
        Offset = offset;
        _bits = bits;
    }

    /// <summary>Offset of the cell in its page.</summary>
    public int Offset { get; }

    /// <summary>Length of the key after the node's prefix.</summary>
    public int SuffixLength => _bits & LengthMask;

    /// <summary>Offset in the page of the value, or of the reference.</summary>
    public int PayloadOffset => Offset + NodeLayout.LeafCellHeaderBytes + RestLength;

    /// <summary>Length of the value, or of the reference.</summary>
    public int PayloadLength => _bits >> PayloadShift;

    /// <summary>Whether the payload is a reference.</summary>
    public bool IsOverflow => (_bits & OverflowBit) != 0;

    /// <summary>Bytes of the whole cell.</summary>
    public int Bytes => NodeLayout.LeafCellHeaderBytes + RestLength + PayloadLength;

    /// <summary>Key bytes after prefix and head.</summary>
    public ReadOnlySpan<byte> Rest => _page.Slice(Offset + NodeLayout.LeafCellHeaderBytes, RestLength);

    /// <summary>The value, or the reference to its overflow chain.</summary>
    public ReadOnlySpan<byte> Payload
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _page.Slice(PayloadOffset, PayloadLength);
    }

    /// <summary>The reference; only when <see cref="IsOverflow"/>.</summary>
    public OverflowReference Overflow => Layout.At<OverflowReference>(Payload, 0);

    private int RestLength => Math.Max(0, SuffixLength - NodeLayout.HeadBytes);

    /// <summary>Reads the cell at an offset; false when it does not lie in the page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> page, int offset, int prefixLength, out LeafCell cell)
    {
        if (offset is < NodeLayout.PrefixOffset or > Page.Size - NodeLayout.LeafCellHeaderBytes)
        {
            cell = default;
            return false;
        }

        // The three bytes of the header, and the byte before them, which is in the page for sure.
        int bits = (int)(BinaryPrimitives.ReadUInt32LittleEndian(page[(offset - 1)..]) >> 8);
        cell = new LeafCell(page, offset, bits);
        return offset + cell.Bytes <= Page.Size
            && prefixLength + cell.SuffixLength <= BTree.MaxKeyBytes
            && (!cell.IsOverflow || cell.PayloadLength == OverflowReference.Bytes);
    }

    /// <summary>The header of a cell.</summary>
    public static int Header(int suffixLength, int payloadLength, bool isOverflow) =>
        suffixLength | (isOverflow ? OverflowBit : 0) | (payloadLength << PayloadShift);
}

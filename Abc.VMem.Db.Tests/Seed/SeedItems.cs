using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>900 bytes: a page holds 4.</summary>
[InlineArray(900)]
internal struct SeedItem
{
    private byte _first;

    /// <summary>An item of equal bytes.</summary>
    public static SeedItem Of(byte value)
    {
        var item = default(SeedItem);
        ((Span<byte>)item).Fill(value);
        return item;
    }

    /// <summary>Whether all bytes are this one.</summary>
    public readonly bool IsAll(byte value) => ((ReadOnlySpan<byte>)this).IndexOfAnyExcept(value) < 0;
}

/// <summary>A number and 900 more bytes: a page holds 4. Items are equal when their numbers are.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct SeedItemMany(ulong data) : IEquatable<SeedItemMany>
{
    public ulong Data = data;
    public SeedItem Dummy;

    public readonly bool Equals(SeedItemMany other) => Data == other.Data;

    public override readonly bool Equals(object? obj) => obj is SeedItemMany other && Equals(other);

    public override readonly int GetHashCode() => Data.GetHashCode();
}

/// <summary>What several of the seed's tests do.</summary>
internal static class SeedLists
{
    /// <summary>Inserts items 0, 1, … at the end, and verifies them from both ends.</summary>
    public static void InsertItems(VMemList<SeedItemMany> list, int count)
    {
        for (var i = 0; i < count; i++)
        {
            list.Insert(ItemPosition.End, new SeedItemMany((ulong)i));
        }

        var at = list.FirstPosition;
        for (var i = 0; i < count; i++)
        {
            Assert.Equal((ulong)i, list[at].Data);
            at = list.Next(at);
        }

        Assert.Equal(ItemPosition.End, at);
        at = list.LastPosition;
        for (var i = count - 1; i >= 0; i--)
        {
            Assert.Equal((ulong)i, list[at].Data);
            at = list.Previous(at);
        }

        Assert.Equal(ItemPosition.BeforeFirst, at);
    }

    /// <summary>A position as the tests write it.</summary>
    public static ItemPosition At(long page, int index) => new(new PagePos(page), index);
}

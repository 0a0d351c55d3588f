using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Items of all sizes that tests keep in lists.</summary>
internal static class Items
{
    /// <summary>An item that shows a number, as far as it has room for it.</summary>
    public static T Of<T>(long value)
        where T : unmanaged
    {
        T item = default;
        var bytes = Layout.BytesOf(new Span<T>(ref item));
        bytes.Fill((byte)value);
        BitConverter.GetBytes(value).AsSpan(0, Math.Min(8, bytes.Length)).CopyTo(bytes);
        return item;
    }

    /// <summary>The same bytes in the same order.</summary>
    public static void AssertEqual<T>(IReadOnlyList<T> expected, ReadOnlySpan<T> actual)
        where T : unmanaged
    {
        Assert.Equal(expected.Count, actual.Length);
        var copy = expected.ToArray();
        Assert.True(Layout.BytesOf<T>(copy).SequenceEqual(Layout.BytesOf(actual)), "Other items.");
    }
}

[StructLayout(LayoutKind.Sequential, Size = 100)]
internal readonly record struct Item100(long Value);

[StructLayout(LayoutKind.Sequential, Size = 900)]
internal readonly record struct Item900(long Value);

[StructLayout(LayoutKind.Sequential, Size = 1000)]
internal readonly record struct Item1000(long Value);

[StructLayout(LayoutKind.Sequential, Size = 2000)]
internal readonly record struct Item2000(long Value);

[StructLayout(LayoutKind.Sequential, Size = 4048)]
internal readonly record struct Item4048(long Value);

[StructLayout(LayoutKind.Sequential, Size = 4056)]
internal readonly record struct Item4056(long Value);

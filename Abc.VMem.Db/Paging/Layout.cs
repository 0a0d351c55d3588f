using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Lays on-disk structs over bytes, bounds checked. The one door through the unsafe fence for upper layers.
/// </summary>
internal static class Layout
{
    /// <summary>The struct at an offset of a span, to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly T At<T>(ReadOnlySpan<byte> bytes, int offset)
        where T : unmanaged =>
        ref MemoryMarshal.AsRef<T>(bytes.Slice(offset, Unsafe.SizeOf<T>()));

    /// <summary>The struct at an offset of a span, to write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T At<T>(Span<byte> bytes, int offset)
        where T : unmanaged =>
        ref MemoryMarshal.AsRef<T>(bytes.Slice(offset, Unsafe.SizeOf<T>()));

    /// <summary>An array of structs at an offset of a span, to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<T> Array<T>(ReadOnlySpan<byte> bytes, int offset, int count)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(bytes.Slice(offset, checked(count * Unsafe.SizeOf<T>())));

    /// <summary>An array of structs at an offset of a span, to write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<T> Array<T>(Span<byte> bytes, int offset, int count)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(bytes.Slice(offset, checked(count * Unsafe.SizeOf<T>())));

    /// <summary>Bytes that a value takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();

    /// <summary>The bytes of values, to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> BytesOf<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);

    /// <summary>The bytes of values, to fill.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> BytesOf<T>(Span<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);
}

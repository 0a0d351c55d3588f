using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// A pointer to a byte of a page, to read: keeps the page mapped (pinned) until it is disposed, and counts against the
/// pool's cap for so long. Pointers are equal when page and offset are.
/// </summary>
/// <remarks>
/// It belongs to the transaction or snapshot it came from and refuses access once that is over; a span or reference
/// taken from it must not be used longer. An assignment makes no other pointer; <see cref="Copy"/> does. Disposing
/// twice is allowed. A pointer that is never disposed keeps its page mapped until it is finalized; a debug build of
/// this library fails then. Not thread-safe.
/// </remarks>
public unsafe class PagePtr : IDisposable, IEquatable<PagePtr>
{
    private readonly PageReader _pages;
    private readonly BufferPool _pool;
    private readonly string? _madeAt = MadeHere();
    private readonly SharedSnapshot? _snapshot;
    private readonly int _first;
    private byte* _data;
    private int _frame;
    private long _changes;

    /// <summary>Takes over the pin of a page.</summary>
    /// <param name="pages">Where the page was read; its end is the end of the pointer's use.</param>
    /// <param name="page">The page.</param>
    /// <param name="address">What the pointer points to.</param>
    /// <param name="snapshot">Ended with the pointer; null = not the pointer's business.</param>
    internal PagePtr(PageReader pages, PinnedPage page, PageAddress address, SharedSnapshot? snapshot = null)
        : this(pages, page.Owner, page.Frame, page.Data, address, Page.HeaderBytes)
    {
        _snapshot = snapshot;
    }

    /// <summary>Takes over a pin.</summary>
    private protected PagePtr(
        PageReader pages, IPinOwner? owner, int frame, byte* data, PageAddress address, int first)
    {
        // The finalizer also runs on what was not built to the end: until it is counted, there is nothing to release.
        _frame = -1;
        (_pages, _pool, _changes) = (pages, (BufferPool)owner!, pages.ChangeCount);
        _data = data;
        _first = first;
        Address = address;
        _pool.AddPointer();
        _frame = frame;
    }

    /// <summary>Takes over a pin that was added to another pointer's page.</summary>
    private protected PagePtr(PagePtr other, PageAddress address)
        : this(other._pages, other._pool, other._frame, other._data, address, other._first)
    {
        _snapshot = other._snapshot;
    }

    /// <summary>Gives back the page of a forgotten pointer.</summary>
    ~PagePtr()
    {
        if (_frame >= 0)
        {
            Release();
            _snapshot?.Release();
            ReportLeak();
        }
    }

    /// <summary>Called instead of a failure, in debug builds, when a pointer was not disposed.</summary>
    internal static Action<string>? LeakReport { get; set; }

    /// <summary>The byte pointed to.</summary>
    public PageAddress Address { get; }

    /// <summary>Position of the page.</summary>
    public PagePos Position => Address.Page;

    /// <summary>Offset of the byte from the page's first byte.</summary>
    public int Offset => Address.Offset;

    /// <summary>The bytes from here to the end of the page, to read.</summary>
    /// <exception cref="ObjectDisposedException">The pointer was disposed, or the pool closed.</exception>
    /// <exception cref="InvalidOperationException">The transaction has freed the page.</exception>
    /// <exception cref="TransactionException">Its transaction or snapshot is over.</exception>
    public ReadOnlySpan<byte> Bytes => All()[Offset..];

    /// <summary>The value that lies here, to read.</summary>
    /// <typeparam name="T">A type without references. Give it a fixed layout: its bytes are what is stored.</typeparam>
    /// <param name="offset">Bytes from here, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value would not lie in the page.</exception>
    /// <inheritdoc cref="Bytes" path="/exception"/>
    public ref readonly T Read<T>(int offset = 0)
        where T : unmanaged
    {
        RequireInside<T>(offset);
        return ref Layout.At<T>((ReadOnlySpan<byte>)All(), Offset + offset);
    }

    /// <summary>Another pointer to the same byte, with a pin of its own.</summary>
    /// <inheritdoc cref="Bytes" path="/exception"/>
    public PagePtr Copy() => At(0);

    /// <summary>Another pointer into the same page, with a pin of its own.</summary>
    /// <param name="bytes">How much further on it points; negative = before.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// That is outside what the pointer may reach: the page's payload, or, to write on the start page, the program's
    /// bytes.
    /// </exception>
    /// <inheritdoc cref="Bytes" path="/exception"/>
    public PagePtr At(int bytes) => Another(bytes);

    /// <summary>Unpins the page.</summary>
    public void Dispose()
    {
        if (_frame >= 0)
        {
            Release();
            _snapshot?.Release();
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Whether the other one points to the same byte.</summary>
    public bool Equals([NotNullWhen(true)] PagePtr? other) => other is not null && Address == other.Address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PagePtr);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode();

    /// <summary>Page and offset, as "1:128".</summary>
    public override string ToString() => Address.ToString();

    /// <summary>Whether both point to the same byte, or both are null.</summary>
    public static bool operator ==(PagePtr? left, PagePtr? right) => left?.Equals(right) ?? right is null;

    /// <summary>Whether they point to different bytes.</summary>
    public static bool operator !=(PagePtr? left, PagePtr? right) => !(left == right);

    /// <summary>Makes the pointer that is so many bytes further on.</summary>
    private protected virtual PagePtr Another(int bytes) => new(this, AddPin(bytes));

    /// <summary>Pins the page once more, for a pointer that is so many bytes further on.</summary>
    private protected PageAddress AddPin(int bytes)
    {
        var address = Address.Plus(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(address.Offset, _first, nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address.Offset, Page.Size, nameof(bytes));
        All();
        _pool.AddPin(_frame);
        _snapshot?.Share();
        return address;
    }

    /// <summary>The whole page.</summary>
    // Bounds: every frame is Page.Size bytes; the pin keeps it mapped, and the pool's memory lives as long as pins.
    private protected Span<byte> All()
    {
        ObjectDisposedException.ThrowIf(_frame < 0, this);
        _pages.ThrowUnlessOpen();
        if (_pages.ChangeCount != _changes)
        {
            Follow();
        }

        return new(_data, Page.Size);
    }

    // The first change of a page in a transaction makes a copy of it: a pointer from before must not show the old one.
    private void Follow()
    {
        RequireInPool();
        var page = _pages.Read(Position);
        if (page.Header.Type is PageType.None or PageType.FreeTrunk)
        {
            page.Dispose();
            throw Freed();
        }

        Repin(page.Frame, page.Data);
    }

    /// <summary>Goes over to another frame of the page, pinned for it.</summary>
    private protected void Repin(int frame, byte* data)
    {
        _pool.Unpin(_frame);
        (_frame, _changes) = (frame, _pages.ChangeCount);
        _data = data;
    }

    /// <summary>Refuses when the page is none any more: a rollback took back that it was allocated.</summary>
    private protected void RequireInPool()
    {
        if (Position.Value >= _pages.PageCount)
        {
            throw Freed();
        }
    }

    private InvalidOperationException Freed() =>
        new($"Page {Position} was freed after the pointer {Address} was made.");

    /// <summary>Refuses a value that would not lie in the page.</summary>
    private protected void RequireInside<T>(int offset)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (offset < 0 || offset > Page.Size - Offset - size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                FormattableString.Invariant(
                    $"{typeof(T).Name} takes {size} bytes; from {Address} on the page has {Page.Size - Offset}."));
        }
    }

    private static string? MadeHere()
    {
#if DEBUG
        return Environment.StackTrace;
#else
        return null;
#endif
    }

    private void Release()
    {
        _pool.ReleasePointer(_frame);
        _frame = -1;
    }

    [Conditional("DEBUG")]
    private void ReportLeak()
    {
        var message = $"A pointer to {Address} was never disposed. It was made here: {_madeAt}";
        if (LeakReport is { } report)
        {
            report(message);
        }
        else
        {
            Debug.Fail(message);
        }
    }
}

namespace Abc.VMem.Db.Paging;

/// <summary>A pointer to a byte of a page of the running transaction, to read and to change.</summary>
/// <inheritdoc cref="PagePtr" path="/remarks"/>
public sealed class WritablePagePtr : PagePtr
{
    private readonly PageWriter _writer;
    private int _savepointMark;

    /// <summary>Takes over the pin of a page.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="page">The page.</param>
    /// <param name="address">What the pointer points to.</param>
    /// <param name="first">First offset in the page that is the program's to change.</param>
    internal unsafe WritablePagePtr(PageWriter pages, WritablePage page, PageAddress address, int first)
        : base(pages, page.Owner, page.Frame, page.Data, address, first)
    {
        (_writer, _savepointMark) = (pages, pages.SavepointMark);
    }

    private WritablePagePtr(WritablePagePtr other, PageAddress address)
        : base(other, address)
    {
        (_writer, _savepointMark) = (other._writer, other._savepointMark);
    }

    /// <summary>The bytes from here to the end of the page, to change.</summary>
    /// <exception cref="InvalidOperationException">The page has been freed.</exception>
    /// <inheritdoc cref="PagePtr.Bytes" path="/exception"/>
    public new Span<byte> Bytes => AllWritable()[Offset..];

    /// <summary>The value that lies here, to change.</summary>
    /// <inheritdoc cref="PagePtr.Read{T}(int)"/>
    /// <inheritdoc cref="Bytes" path="/exception"/>
    public ref T Write<T>(int offset = 0)
        where T : unmanaged
    {
        RequireInside<T>(offset);
        return ref Layout.At<T>(AllWritable(), Offset + offset);
    }

    /// <inheritdoc cref="PagePtr.Copy"/>
    public new WritablePagePtr Copy() => At(0);

    /// <inheritdoc cref="PagePtr.At(int)"/>
    public new WritablePagePtr At(int bytes) => (WritablePagePtr)Another(bytes);

    private protected override PagePtr Another(int bytes) => new WritablePagePtr(this, AddPin(bytes));

    // A page that was freed through another call may hold positions of free pages by now, or a structure's items.
    private Span<byte> AllWritable()
    {
        var page = All();
        if (_savepointMark != _writer.SavepointMark)
        {
            WriteAgain();
            page = All();
        }

        var type = Layout.At<PageHeader>(page, 0).Type;
        return type is PageType.Program or PageType.Linked or PageType.Start
            ? page
            : throw new InvalidOperationException(
                $"Page {Position} was freed after the pointer {Address} was made; it is of type {type} now.");
    }

    // What is changed from now on can be rolled back without what was changed before.
    private unsafe void WriteAgain()
    {
        RequireInPool();
        var page = _writer.Write(Position);
        Repin(page.Frame, page.Data);
        _savepointMark = _writer.SavepointMark;
    }
}

using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// Pages in native memory without a pool: allocates last in first out, detects double frees and leaks, poisons freed
/// pages, counts pins and refuses more than the contract allows.
/// </summary>
internal sealed unsafe class FakePages : PageWriter, IPinOwner, IDisposable
{
    private const int ChunkPages = 256;
    private const byte Poison = 0xDD;

    private readonly List<nint> _chunks = [];
    private readonly List<bool> _isUsed = [];
    private readonly Stack<int> _free = new();
    private readonly bool _isChecked;
    private long _changes;

    public FakePages(bool isChecked = true)
    {
        _isChecked = isChecked;
        AllocateAt(NextIndex(), PageType.Root, 0);
        AllocateAt(NextIndex(), PageType.Start, 0);
    }

    /// <summary>Pins held now.</summary>
    public int Pins { get; private set; }

    /// <summary>Most pins held at a time.</summary>
    public int MaxPins { get; set; } = 4;

    /// <summary>Calls that may still change something before the fake throws; negative = never.</summary>
    public int ChangesLeft { get; set; } = -1;

    /// <summary>Why the transaction was doomed, or null.</summary>
    public Exception? Doomed { get; private set; }

    public override long PageCount => _isUsed.Count;

    public int UsedCount => _isUsed.Count(used => used);

    public override long ChangeCount => _changes;

    public override long Sequence => 1;

    /// <summary>The bytes of a page, to damage it.</summary>
    public Span<byte> Bytes(PagePos position) => new(Data((int)position.Value), Page.Size);

    public bool IsUsed(PagePos position) => _isUsed[(int)position.Value];

    public override PinnedPage Read(PagePos position)
    {
        int index = Check(position);
        Pin();
        return new PinnedPage(this, index, Data(index));
    }

    public override WritablePage Write(PagePos position)
    {
        int index = Check(position);
        Change();
        Pin();
        return new WritablePage(this, index, Data(index));
    }

    public override WritablePage Allocate(PageType type, byte level = 0)
    {
        Change();
        int index = _free.Count > 0 ? _free.Pop() : NextIndex();
        AllocateAt(index, type, level);
        Pin();
        return new WritablePage(this, index, Data(index));
    }

    public override void Free(PagePos position)
    {
        Change();
        int index = Check(position);
        if (index < 2)
        {
            throw new InvalidOperationException($"Page {index} is not to be freed.");
        }

        _isUsed[index] = false;
        _free.Push(index);
        if (_isChecked)
        {
            Bytes(position).Fill(Poison);
        }
    }

    public override void ThrowUnlessOpen()
    {
    }

    public override void FreeChain(PagePos front, PagePos back, long pageCount)
    {
        var position = front;
        for (long i = 0; i < pageCount; i++)
        {
            Check(position);
            var next = Layout.At<PageHeader>(Bytes(position), 0).Next;
            if ((i == pageCount - 1) != (position == back))
            {
                throw new InvalidOperationException($"The chain {front}..{back} does not have {pageCount} pages.");
            }

            Free(position);
            position = next;
        }
    }

    public override void Doom(Exception cause) => Doomed = cause;

    public void Unpin(int frame)
    {
        Pins--;
        if (_isChecked && Pins < 0)
        {
            throw new InvalidOperationException("A page was unpinned twice.");
        }
    }

    public void Dispose()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.AlignedFree((void*)chunk);
        }

        _chunks.Clear();
    }

    private void Pin()
    {
        Pins++;
        if (_isChecked && Pins > MaxPins)
        {
            throw new InvalidOperationException($"{Pins} pins at a time.");
        }
    }

    private void Change()
    {
        if (ChangesLeft == 0)
        {
            throw new IOException("No change is left.");
        }

        ChangesLeft--;
        _changes++;
    }

    private int Check(PagePos position)
    {
        if (position.Value < 0 || position.Value >= _isUsed.Count || !_isUsed[(int)position.Value])
        {
            throw new CorruptDatabaseException("page", position.Value, "a page in use", "none");
        }

        return (int)position.Value;
    }

    private int NextIndex()
    {
        _isUsed.Add(false);
        int index = _isUsed.Count - 1;
        if (index / ChunkPages == _chunks.Count)
        {
            _chunks.Add((nint)NativeMemory.AlignedAlloc(ChunkPages * Page.Size, Page.Size));
        }

        return index;
    }

    private void AllocateAt(int index, PageType type, byte level)
    {
        if (index > 0)
        {
            Layout.At<RootPageLayout>(Bytes(PagePos.Root), Page.HeaderBytes).PageCount = _isUsed.Count;
        }

        _isUsed[index] = true;
        var bytes = new Span<byte>(Data(index), Page.Size);
        bytes.Clear();
        Layout.At<PageHeader>(bytes, 0) = new PageHeader
        {
            Sequence = Sequence,
            Position = new PagePos(index),
            Previous = PagePos.Nil,
            Next = PagePos.Nil,
            Type = type,
            Level = level,
            LayoutVersion = 1,
        };
    }

    private byte* Data(int index) => (byte*)_chunks[index / ChunkPages] + ((index % ChunkPages) * Page.Size);
}

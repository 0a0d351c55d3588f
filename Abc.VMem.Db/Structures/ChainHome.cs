using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Where the state of a chain of pages is kept, and what the chain is.</summary>
internal abstract class ChainHome
{
    private readonly StateKind _kind;
    private readonly int _itemBytes;
    private readonly int _capacity;

    /// <summary>Prepares to keep a state.</summary>
    /// <param name="kind">Which structure it is.</param>
    /// <param name="itemBytes">Bytes of an item; 0 for opaque pages.</param>
    protected ChainHome(StateKind kind, int itemBytes)
    {
        (_kind, _itemBytes) = (kind, itemBytes);
        _capacity = itemBytes == 0 ? 0 : Page.PayloadBytes / itemBytes;
    }

    /// <summary>Which structure it is.</summary>
    public StateKind Kind => _kind;

    /// <summary>Bytes of an item; 0 for opaque pages.</summary>
    public int ItemBytes => _itemBytes;

    /// <summary>Whether the structure was temporary, and has been freed: its place may be another one's.</summary>
    public bool IsFreed { get; set; }

    /// <summary>A state without pages that knows its kind, as all states in memory do.</summary>
    protected ChainState Empty => new() { Kind = _kind, ItemBytes = (ushort)_itemBytes };

    /// <summary>The state as of a reader's moment, verified.</summary>
    /// <exception cref="ArgumentException">Another structure, or one of items of another size, is there.</exception>
    /// <exception cref="CorruptDatabaseException">The state contradicts itself.</exception>
    /// <exception cref="ObjectDisposedException">The structure was temporary, and has been freed.</exception>
    public ChainState Read(PageReader pages) => Read(pages, out _);

    /// <summary>As <see cref="Read(PageReader)"/>, and where to write it again; the root page = not known.</summary>
    public ChainState Read(PageReader pages, out PageAddress place)
    {
        if (IsFreed)
        {
            ChainErrors.ThrowFreed();
        }

        return ReadState(pages, out place);
    }

    /// <summary>Keeps a state that was changed.</summary>
    public void Write(PageWriter pages, in ChainState state) => Write(pages, default, in state);

    /// <summary>Keeps a state that was changed, at the place where the running call has read it.</summary>
    public abstract void Write(PageWriter pages, PageAddress place, in ChainState state);

    /// <summary>Whether the other one keeps the same state.</summary>
    public abstract bool IsSame(PageReader pages, ChainHome other);

    /// <summary>The state as of a reader's moment, verified, and its place.</summary>
    protected abstract ChainState ReadState(PageReader pages, out PageAddress place);

    /// <summary>What goes to disk: all zero when there are no pages.</summary>
    /// <exception cref="CorruptDatabaseException">The pages did not hold what the state counted.</exception>
    protected ChainState Stored(in ChainState state)
    {
        if (state.PageCount == 0)
        {
            return state.ItemCount == 0 ? default : throw ChainErrors.State(state);
        }

        return IsMine(in state) ? state : throw ChainErrors.State(state);
    }

    /// <summary>Verifies a state that came from the file.</summary>
    protected ChainState Verified(in ChainState state)
    {
        if (state.PageCount == 0)
        {
            return state is { Front.Value: 0, Back.Value: 0, ItemCount: 0, ItemBytes: 0, Kind: StateKind.None }
                ? Empty
                : throw ChainErrors.State(state);
        }

        if (state.ItemBytes != _itemBytes && state.ItemBytes is > 0 and <= Page.PayloadBytes)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The structure there has items of {state.ItemBytes} bytes, not of {_itemBytes}."));
        }

        return IsMine(in state) ? state : throw ChainErrors.State(state);
    }

    /// <summary>Verifies a state of any kind.</summary>
    /// <exception cref="CorruptDatabaseException">It contradicts itself.</exception>
    public static void Check(in ChainState state)
    {
        var isKnown = state.Kind switch
        {
            StateKind.LinkedPages => state.ItemBytes == 0,
            StateKind.Container or StateKind.List or StateKind.Stack => state.ItemBytes > 0,
            StateKind.Text => state.ItemBytes == 1,
            _ => false,
        };
        var capacity = state.ItemBytes == 0 ? 0 : Page.PayloadBytes / state.ItemBytes;
        if (!isKnown || state.PageCount == 0 || (state.ItemBytes > 0 && capacity == 0) || !IsSound(in state, capacity))
        {
            throw ChainErrors.State(in state);
        }
    }

    private bool IsMine(in ChainState state) =>
        state.Kind == _kind && state.ItemBytes == _itemBytes && IsSound(in state, _capacity);

    private static bool IsSound(in ChainState state, int capacity) =>
        state.Front.Value > PagePos.Start.Value && state.Back.Value > PagePos.Start.Value
        && (state.PageCount == 1) == (state.Front == state.Back)
        && state.ItemCount <= (long)state.PageCount * capacity
        && state.ItemCount >= (capacity == 0 ? 0 : state.PageCount);
}

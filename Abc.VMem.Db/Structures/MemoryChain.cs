using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A state in memory: that of a structure which does not outlive its transaction.</summary>
internal sealed class MemoryChain : ChainHome
{
    private ChainState _state;

    /// <summary>Begins empty.</summary>
    /// <param name="kind">Which structure it is.</param>
    /// <param name="itemBytes">Bytes of an item.</param>
    public MemoryChain(StateKind kind, int itemBytes)
        : base(kind, itemBytes) => _state = Empty;

    /// <summary>The state.</summary>
    public ChainState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Leaves it without pages.</summary>
    public void Reset() => _state = Empty;

    /// <inheritdoc/>
    protected override ChainState ReadState(PageReader pages, out PageAddress place)
    {
        place = default;
        return _state;
    }

    /// <inheritdoc/>
    public override void Write(PageWriter pages, PageAddress place, in ChainState state)
    {
        Stored(in state);
        _state = state;
    }

    /// <inheritdoc/>
    public override bool IsSame(PageReader pages, ChainHome other) => ReferenceEquals(this, other);
}

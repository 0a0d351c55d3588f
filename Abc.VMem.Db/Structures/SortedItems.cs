namespace Abc.VMem.Db.Structures;

/// <summary>The items of a sort in order, one at a time. Not thread-safe.</summary>
internal sealed class SortedItems
{
    private readonly SortBlock? _block;
    private readonly RunMerge? _merge;
    private int _index = -1;

    /// <summary>Walks a block that is sorted.</summary>
    public SortedItems(SortBlock block) => _block = block;

    /// <summary>Walks what a merge gives.</summary>
    public SortedItems(RunMerge merge) => _merge = merge;

    /// <summary>The current item; valid until the next move.</summary>
    public SortItem Current => _merge is null ? _block![_index] : _merge.Current;

    /// <summary>Moves to the next item; false at the end.</summary>
    public bool MoveNext() => _merge is null ? ++_index < _block!.Count : _merge.MoveNext();
}

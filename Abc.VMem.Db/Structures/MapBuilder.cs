using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Builds an empty map bottom-up from entries in ascending key order, pages 95 % full.</summary>
internal sealed class MapBuilder
{
    /// <summary>Starts on an empty map.</summary>
    public MapBuilder(PageWriter pages, StateAddress state) => throw new NotImplementedException();

    /// <summary>Appends an entry; its key must be greater than the last one.</summary>
    public void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Links the last nodes and writes the state.</summary>
    public void Complete() => throw new NotImplementedException();
}

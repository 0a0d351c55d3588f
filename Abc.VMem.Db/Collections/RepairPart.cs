using System.Globalization;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>One definition of the catalog, with what it leads to.</summary>
internal sealed class RepairPart
{
    /// <summary>Its kind and name.</summary>
    public required string Name { get; init; }

    /// <summary>The structure in its slot.</summary>
    public required StateKind Kind { get; init; }

    /// <summary>Slot of its state, or of its documents' map.</summary>
    public required PageAddress State { get; init; }

    /// <summary>Tells leaves of documents from leaves of an index, whose values are empty; null for a
    /// map.</summary>
    public Func<NodeView, bool>? IsLeaf => Collection is null ? null : HoldsDocuments;

    /// <summary>All slots it names.</summary>
    public required IReadOnlyList<PageAddress> Slots { get; init; }

    /// <summary>Bytes of an item of a list, stack or string; 0 for others.</summary>
    public int ItemBytes { get; init; }

    /// <summary>The collection; null for others.</summary>
    public CollectionDefinition? Collection { get; init; }

    /// <summary>Encoding of its keys; null = bytes, or no keys.</summary>
    public KeyCodec? KeyCodec { get; init; }

    /// <summary>Owner of its pages.</summary>
    public PageOwner? Owner { get; set; }

    /// <summary>Of a collection: for each index, whether its map holds.</summary>
    public bool[] IsRight { get; set; } = [];

    /// <summary>That of a collection.</summary>
    public static RepairPart Of(CollectionDefinition definition) => new()
    {
        Name = $"collection '{definition.Name}'",
        Kind = StateKind.Map,
        State = definition.Documents,
        Slots = [definition.Documents, definition.Identity, .. definition.Indexes.Select(index => index.State)],
        Collection = definition,
        KeyCodec = definition.KeyCodec,
    };

    /// <summary>That of a list, stack or string.</summary>
    public static RepairPart Of(ListDefinition definition) => new()
    {
        Name = $"{ListDefinition.TextOf(definition.Kind)} '{definition.Name}'",
        Kind = ListDefinition.StateKindOf(definition.Kind),
        State = definition.State,
        Slots = [definition.State],
        ItemBytes = definition.ItemBytes,
    };

    /// <summary>A key as text: its value, or its bytes when they are none.</summary>
    public string TellKey(byte[] key)
    {
        try
        {
            var text = Convert.ToString(KeyCodec?.DecodeObject(key, out _), CultureInfo.InvariantCulture);
            return string.IsNullOrEmpty(text) ? Convert.ToHexString(key) : text;
        }
        catch (CorruptDatabaseException)
        {
            return Convert.ToHexString(key);
        }
    }

    private bool HoldsDocuments(NodeView node)
    {
        var key = new byte[BTree.KeyRoom];
        for (var i = 0; i < node.Count; i++)
        {
            var length = node.CopyKey(i, key);
            if (node.Cell(i).PayloadLength == 0 || !IsKey(key.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsKey(ReadOnlySpan<byte> key)
    {
        try
        {
            Collection!.KeyCodec.DecodeObject(key, out var consumed);
            return consumed == key.Length;
        }
        catch (CorruptDatabaseException)
        {
            return false;
        }
    }

    /// <summary>That of a map.</summary>
    public static RepairPart Of(MapDefinition definition) => new()
    {
        Name = $"map '{definition.Name}'",
        Kind = StateKind.Map,
        State = definition.State,
        Slots = [definition.State],
        KeyCodec = definition.KeyCodecName is { } codec ? CodecNames.FindPrimary(codec) : null,
    };
}

using System.Text;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Repairs all that a catalog leads to: the catalog's own map first, then the slots of the definitions that are left,
/// then what they define; indexes last, since they are made of the documents.
/// </summary>
internal sealed class DatabaseRepair
{
    private readonly RepairContext _context;
    private readonly StateRepair _states;
    private readonly List<Part> _parts = [];

    /// <summary>Prepares a repair.</summary>
    public DatabaseRepair(RepairContext context) => (_context, _states) = (context, new StateRepair(context));

    /// <summary>Repairs everything.</summary>
    public void Run()
    {
        RepairCatalog();
        var slots = new SlotRepair(_context);
        slots.Begin();
        foreach (var (key, value) in ReadCatalog())
        {
            Decode(key, value, slots);
        }

        slots.Complete();
        _parts.ForEach(RepairData);
        if (_states.Maps.TryAdopt(out _))
        {
            _context.Commit();
        }

        foreach (var part in _parts.Where(part => part.Collection is not null))
        {
            new CollectionRepair(_context, part.Collection!, part.Owner!, part.IsRight).Run(_states.Maps);
        }
    }

    private void RepairCatalog()
    {
        var owner = _states.Follow(StartPageLayout.MapAddress, "catalog", StateKind.Map);
        if (owner.Pages == 0 && _context.IsFreeKnown && _context.Losses.Any(loss => loss.Owner == owner))
        {
            _states.Maps.Adopt(owner, IsCatalogLeaf);
        }
    }

    // Its root is gone. No other map's leaf could be taken for one: all its entries have to be definitions.
    private static bool IsCatalogLeaf(NodeView node)
    {
        var key = new byte[BTree.KeyRoom];
        for (var i = 0; i < node.Count; i++)
        {
            var length = node.CopyKey(i, key);
            var cell = node.Cell(i);
            if (cell.IsOverflow ? !IsCatalogKey(key.AsSpan(0, length))
                : !TryDecode(key.AsSpan(0, length), cell.Payload.ToArray(), out _, out _))
            {
                return false;
            }
        }

        return true;
    }

    private List<(byte[] Key, byte[] Value)> ReadCatalog()
    {
        var entries = new List<(byte[], byte[])>();
        using var scan = new MapScan(_context.Pages, StartPageLayout.MapAddress, null, null, descending: false);
        while (scan.MoveNext())
        {
            entries.Add((scan.Key.ToArray(), scan.Value.ToArray()));
        }

        return entries;
    }

    private void Decode(byte[] key, byte[] value, SlotRepair slots)
    {
        if (TryDecode(key, value, out var part, out var problem))
        {
            if (slots.TryName(part!.Slots))
            {
                _parts.Add(part);
                return;
            }

            problem = "its slots are none, or another definition's";
        }

        BTree.Remove(_context.Pages, StartPageLayout.MapAddress, key);
        var name = IsCatalogKey(key) ? NameOf(key) : $"catalog entry {Convert.ToHexString(key)}";
        var loss = _context.LossOf(_context.Owners.Begin(name));
        loss.IsAll = true;
        loss.AddNote($"Its definition can't be used: {problem}.");
    }

    private static bool IsCatalogKey(ReadOnlySpan<byte> key) => key.Length >= 2 && Enum.IsDefined((CatalogKind)key[0]);

    private static string NameOf(ReadOnlySpan<byte> key) =>
        $"{((CatalogKind)key[0]).ToString().ToLowerInvariant()} '{Encoding.UTF8.GetString(key[1..])}'";

    private static bool TryDecode(ReadOnlySpan<byte> key, byte[] value, out Part? part, out string problem)
    {
        (part, problem) = (null, "its key is none of a definition");
        if (!IsCatalogKey(key))
        {
            return false;
        }

        try
        {
            var name = Encoding.UTF8.GetString(key[1..]);
            part = (CatalogKind)key[0] == CatalogKind.Collection
                ? Part.Of(CatalogEntry.DecodeCollection(name, value))
                : Part.Of(CatalogEntry.DecodeMap(name, value));
            return true;
        }
        catch (CorruptDatabaseException damage)
        {
            problem = damage.Found;
            return false;
        }
    }

    private void RepairData(Part part)
    {
        if (part.Kind != StateKind.Map || !_context.IsLost(part.State.Page))
        {
            part.Owner = _states.Follow(part.State, part.Name, part.Kind);
        }
        else
        {
            part.Owner = _context.Owners.Begin(part.Name, part.Kind, part.State);
            _states.Maps.AddStateless(part.Owner);
        }

        if (part.Kind != StateKind.Map && _context.IsLost(part.State.Page))
        {
            _context.LossOf(part.Owner).IsAll = true;
            _context.LossOf(part.Owner).AddNote("Its state was lost.");
        }

        if (part.Collection is { } collection)
        {
            part.IsRight = [.. collection.Indexes.Select(index => IsIndexRight(index, part.Name))];
        }
    }

    private bool IsIndexRight(IndexDefinition index, string collection)
    {
        MapState map;
        bool isSound;
        using (var page = _context.Pages.Read(index.State.Page))
        {
            map = Layout.At<MapState>(page.Bytes, index.State.Offset);
            ref readonly var chain = ref Layout.At<ChainState>(page.Bytes, index.State.Offset);
            isSound = StateShape.IsSound(in chain, in map, _context.SourcePageCount);
        }

        var owner = _context.Owners.Begin($"index '{index.Name}' of {collection}", StateKind.Map, index.State);
        if (!isSound)
        {
            // Empty, or no state any more: either way there is nothing to keep.
            _states.Maps.ClearState(owner);
            return true;
        }

        return _states.Maps.RunDerived(owner, in map);
    }

    /// <summary>One definition of the catalog, with what it leads to.</summary>
    private sealed class Part
    {
        /// <summary>Its kind and name.</summary>
        public required string Name { get; init; }

        /// <summary>The structure in its slot.</summary>
        public required StateKind Kind { get; init; }

        /// <summary>Slot of its state, or of its documents' map.</summary>
        public required PageAddress State { get; init; }

        /// <summary>All slots it names.</summary>
        public required IReadOnlyList<PageAddress> Slots { get; init; }

        /// <summary>The collection; null for a map.</summary>
        public CollectionDefinition? Collection { get; init; }

        /// <summary>Owner of its pages.</summary>
        public PageOwner? Owner { get; set; }

        /// <summary>Of a collection: for each index, whether its map holds.</summary>
        public bool[] IsRight { get; set; } = [];

        /// <summary>That of a collection.</summary>
        public static Part Of(CollectionDefinition definition) => new()
        {
            Name = $"collection '{definition.Name}'",
            Kind = StateKind.Map,
            State = definition.Documents,
            Slots = [definition.Documents, definition.Identity, .. definition.Indexes.Select(index => index.State)],
            Collection = definition,
        };

        /// <summary>That of a map.</summary>
        public static Part Of(MapDefinition definition) => new()
        {
            Name = $"map '{definition.Name}'",
            Kind = StateKind.Map,
            State = definition.State,
            Slots = [definition.State],
        };
    }
}

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
    private readonly bool _isHeadRestored;
    private readonly StateRepair _states;
    private readonly List<RepairPart> _parts = [];

    /// <summary>Prepares a repair.</summary>
    /// <param name="context">What the parts share.</param>
    /// <param name="isHeadRestored">Whether the start page was made anew: all states in it are lost.</param>
    public DatabaseRepair(RepairContext context, bool isHeadRestored) =>
        (_context, _states, _isHeadRestored) = (context, new StateRepair(context), isHeadRestored);

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

        var parts = _parts.ToDictionary(part => part.Owner!);
        foreach (var loss in _context.Losses)
        {
            loss.TellKey = parts.TryGetValue(loss.Owner, out var part) ? part.TellKey : null;
        }
    }

    /// <summary>
    /// Makes the head of a start page that was lost, if there are leaves of a catalog that nothing else can have led
    /// to.
    /// </summary>
    public static bool TryRestoreHead(RepairContext context)
    {
        var leaves = new MapLeaves(context, context.Owners.Begin("catalog"));
        for (var at = 2L; context.IsFreeKnown && at < context.Owners.PageCount; at++)
        {
            if (leaves.IsOrphan(new(at), IsCatalogLeaf))
            {
                using var page = context.Pages.Write(PagePos.Start);
                ref var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
                start.Kind = StartPageKind.Catalog;
                start.CatalogLayout = Catalog.CurrentLayout;
                start.CatalogVersion = Catalog.FirstStamp(context.Pages);
                start.StatesFront = PagePos.Nil;
                return true;
            }
        }

        return false;
    }

    private void RepairCatalog()
    {
        var owner = _states.Follow(StartPageLayout.MapAddress, "catalog", StateKind.Map);
        if (_isHeadRestored)
        {
            // All that it led to is named by the catalog, or is not found again.
            _context.Explain(PagePos.Start);
            _states.Maps.AddStateless(owner, IsCatalogLeaf);
        }

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

    private static bool TryDecode(ReadOnlySpan<byte> key, byte[] value, out RepairPart? part, out string problem)
    {
        (part, problem) = (null, "its key is none of a definition");
        if (!IsCatalogKey(key))
        {
            return false;
        }

        try
        {
            var name = Encoding.UTF8.GetString(key[1..]);
            part = CatalogEntry.Decode((CatalogKind)key[0], name, value) switch
            {
                CollectionDefinition collection => RepairPart.Of(collection),
                ListDefinition list => RepairPart.Of(list),
                var map => RepairPart.Of((MapDefinition)map),
            };
            return true;
        }
        catch (CorruptDatabaseException damage)
        {
            problem = damage.Found;
            return false;
        }
    }

    private void RepairData(RepairPart part)
    {
        if (IsStateLost(part.State))
        {
            part.Owner = _context.Owners.Begin(part.Name, part.Kind, part.State);
            AddStateless(part);
        }
        else
        {
            part.Owner = FollowState(part);
        }

        if (part.Collection is { } collection)
        {
            part.IsRight = [.. collection.Indexes.Select(index => IsIndexRight(index, part.Name))];
        }
    }

    private bool IsStateLost(PageAddress state) =>
        _context.IsLost(state.Page) || (_isHeadRestored && state.Page == PagePos.Start);

    private PageOwner FollowState(RepairPart part)
    {
        bool isOther;
        using (var page = _context.Pages.Read(part.State.Page))
        {
            ref readonly var chain = ref Layout.At<ChainState>(page.Bytes, part.State.Offset);
            isOther = part.ItemBytes > 0 && chain.Kind != StateKind.None && chain.ItemBytes != part.ItemBytes;
        }

        return isOther
            ? _states.Refuse(part.State, part.Name, part.Kind)
            : _states.Follow(part.State, part.Name, part.Kind, part.IsLeaf);
    }

    private void AddStateless(RepairPart part)
    {
        if (part.Kind == StateKind.Map)
        {
            _states.Maps.AddStateless(part.Owner!, part.IsLeaf);
            return;
        }

        // States of further structures may have been in its items.
        _context.NoteUnexplained();
        var loss = _context.LossOf(part.Owner!);
        loss.IsAll = true;
        loss.AddNote("Its state was lost: how many items it had is unknown.");
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
            if (IsStateLost(index.State))
            {
                _states.Maps.AddDerivedStateless();
            }

            return true;
        }

        return _states.Maps.RunDerived(owner, in map);
    }
}

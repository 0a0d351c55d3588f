using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Goes through everything that the start page leads to, as of one moment: catalog, slots, maps, documents, indexes.
/// Notes each page it reaches, so that the free list can be held against them.
/// </summary>
internal sealed class DatabaseCheck(
    PageReader pages, PageOwners owners, Action<string, long> advance)
{
    private readonly HashSet<PageAddress> _slots = [];

    /// <summary>Collections found.</summary>
    public long Collections { get; private set; }

    /// <summary>Documents found.</summary>
    public long Documents { get; private set; }

    /// <summary>Indexes found.</summary>
    public long Indexes { get; private set; }

    /// <summary>Index entries found.</summary>
    public long IndexEntries { get; private set; }

    /// <summary>Named maps found.</summary>
    public long Maps { get; private set; }

    /// <summary>Entries of named maps found.</summary>
    public long MapEntries { get; private set; }

    /// <summary>Named lists, stacks and strings found.</summary>
    public long Lists { get; private set; }

    /// <summary>Items of named lists and stacks, and bytes of named strings, found.</summary>
    public long ListItems { get; private set; }

    /// <summary>Checks all; throws at the first thing that does not hold.</summary>
    /// <exception cref="CorruptDatabaseException">Something does not hold.</exception>
    public void Run()
    {
        owners.Add(PagePos.Root, owners.Begin("root page"));
        owners.Add(PagePos.Start, owners.Begin("start page"));
        if (Catalog.ReadVersion(pages) == 0)
        {
            return;
        }

        var slots = owners.Begin("catalog slots");
        StateSlots.Visit(pages, position => owners.Add(position, slots), slot => _slots.Add(slot));
        CheckMap(StartPageLayout.MapAddress, "catalog");
        foreach (var (kind, name, bytes) in ReadEntries())
        {
            CheckEntry(kind, name, bytes);
        }

        if (_slots.Count > 0)
        {
            throw Damage("catalog slots", "slots that a definition names", $"{_slots.Count} that none does");
        }
    }

    /// <summary>Checks one map and notes its pages; returns its number of entries.</summary>
    public long CheckMap(PageAddress state, string structure)
    {
        Advance(structure, 0);
        var owner = owners.Begin(structure, StateKind.Map, state);
        BTree.Check(pages, state, position => owners.Add(position, owner));
        return owner.Items = BTree.Count(pages, state);
    }

    /// <summary>
    /// Checks one list, stack or string, and the structures whose states lie in its items; notes their pages. Returns
    /// its number of items.
    /// </summary>
    public long CheckChain(PageAddress state, string structure) =>
        new StateScan(pages, owners, Advance).Follow(state, structure)?.Items ?? 0;

    /// <summary>Takes a slot that a definition names.</summary>
    public void TakeSlot(PageAddress slot, string structure)
    {
        if (!_slots.Remove(slot))
        {
            throw Damage(structure, "a slot of its own, marked as used", $"slot {slot}");
        }
    }

    /// <summary>Reports progress and notices a cancellation.</summary>
    public void Advance(string structure, long items) => advance(structure, items);

    /// <summary>The error of something that does not hold.</summary>
    public static CorruptDatabaseException Damage(string structure, string expected, string found) =>
        new(structure, -1, expected, found);

    private void CheckEntry(CatalogKind kind, string name, byte[] bytes)
    {
        if (kind == CatalogKind.Map)
        {
            var map = CatalogEntry.DecodeMap(name, bytes);
            TakeSlot(map.State, $"map '{name}'");
            Maps++;
            MapEntries += CheckMap(map.State, $"map '{name}'");
            return;
        }

        if (kind != CatalogKind.Collection)
        {
            CheckList(CatalogEntry.DecodeList(kind, name, bytes));
            return;
        }

        var definition = CatalogEntry.DecodeCollection(name, bytes);
        var check = new CollectionCheck(this, pages, definition);
        check.Run();
        Collections++;
        Documents += check.Documents;
        Indexes += definition.Indexes.Count;
        IndexEntries += check.IndexEntries;
    }

    private void CheckList(ListDefinition definition)
    {
        var structure = $"{ListDefinition.TextOf(definition.Kind)} '{definition.Name}'";
        TakeSlot(definition.State, structure);

        definition.ReadState(pages);
        Lists++;
        ListItems += CheckChain(definition.State, structure);
    }

    private List<(CatalogKind Kind, string Name, byte[] Bytes)> ReadEntries()
    {
        var entries = new List<(CatalogKind, string, byte[])>();
        using var scan = new MapScan(pages, StartPageLayout.MapAddress, null, null, descending: false);
        while (scan.MoveNext())
        {
            if (scan.Key.Length < 2 || !Enum.IsDefined((CatalogKind)scan.Key[0]))
            {
                throw Damage("catalog", "a kind and a name", Convert.ToHexString(scan.Key));
            }

            entries.Add(((CatalogKind)scan.Key[0], Encoding.UTF8.GetString(scan.Key[1..]), scan.Value.ToArray()));
        }

        return entries;
    }
}

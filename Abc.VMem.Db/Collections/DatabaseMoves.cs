using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Moves the pages of all that the catalog names: its own slots and map, documents, indexes, maps, lists, stacks and
/// strings. The pages of structures whose states lie in items stay: their owners may know their places.
/// </summary>
/// <remarks>
/// Definitions are looked up again in every step, since they may change between two of them. What is defined
/// meanwhile is left for another round.
/// </remarks>
/// <param name="catalog">The definitions.</param>
/// <param name="mapsOnly">Whether only maps move: no program knows a place in them.</param>
internal sealed class DatabaseMoves(Catalog catalog, bool mapsOnly) : IPageMoves
{
    private readonly MapMover _map = new();
    private readonly ChainMover _chain = new();
    private readonly List<(CatalogKind Kind, string Name)> _names = [];
    private bool _hasBegun;
    private int _at;
    private int _part;

    /// <summary>What the last step was at, for progress.</summary>
    public string Structure { get; private set; } = "";

    /// <inheritdoc/>
    public void Begin() => _hasBegun = false;

    /// <inheritdoc/>
    public bool Step(PageMover mover)
    {
        if (Catalog.ReadVersion(mover.Pages) == 0)
        {
            return true;
        }

        if (!_hasBegun)
        {
            BeginAt(mover.Pages);
        }

        while (!mover.IsFull)
        {
            if (_at == _names.Count)
            {
                return true;
            }

            if (!StepPart(mover))
            {
                return false;
            }
        }

        return false;
    }

    private void BeginAt(PageReader pages)
    {
        _names.Clear();
        foreach (var kind in Enum.GetValues<CatalogKind>().Where(kind => !mapsOnly || IsMap(kind)))
        {
            _names.AddRange(Catalog.Names(pages, kind).Select(name => (kind, name)));
        }

        // Before them all comes the catalog itself.
        (_hasBegun, _at) = (true, -1);
        BeginPart(0);
    }

    private static bool IsMap(CatalogKind kind) => kind is CatalogKind.Collection or CatalogKind.Map;

    private void BeginPart(int part)
    {
        _part = part;
        _map.Begin();
        _chain.Begin();
    }

    /// <summary>One map or chain; false when the step is full before it is done.</summary>
    private bool StepPart(PageMover mover)
    {
        if (_at < 0)
        {
            Structure = "catalog";
            if (!StateSlots.TryMove(mover, catalog) || !_map.Step(mover, StartPageLayout.MapAddress))
            {
                return false;
            }

            GoOn();
            return true;
        }

        var (kind, name) = _names[_at];
        return kind == CatalogKind.Collection ? StepCollection(mover, name) : StepNamed(mover, kind, name);
    }

    private bool StepCollection(PageMover mover, string name)
    {
        Structure = $"collection '{name}'";
        if (catalog.FindCollection(mover.Pages, name) is not { } definition || _part > definition.Indexes.Count)
        {
            GoOn();
            return true;
        }

        if (!_map.Step(mover, _part == 0 ? definition.Documents : definition.Indexes[_part - 1].State))
        {
            return false;
        }

        BeginPart(_part + 1);
        return true;
    }

    private bool StepNamed(PageMover mover, CatalogKind kind, string name)
    {
        Structure = kind == CatalogKind.Map ? $"map '{name}'" : $"{ListDefinition.TextOf(kind)} '{name}'";
        var isDone = catalog.FindNamed(mover.Pages, kind, name) switch
        {
            null => true,
            MapDefinition map => _map.Step(mover, map.State),
            var list => _chain.Step(mover, list.State),
        };
        if (isDone)
        {
            GoOn();
        }

        return isDone;
    }

    private void GoOn()
    {
        _at++;
        BeginPart(0);
    }
}

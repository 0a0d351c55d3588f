using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>Copies all that a catalog names to another database, which is empty; one definition in each call.</summary>
/// <param name="source">One moment of the database.</param>
/// <param name="sourceCatalog">Its definitions.</param>
/// <param name="targetCatalog">Those of the new one.</param>
/// <param name="stretch">Positions that a map of free pages may have.</param>
/// <param name="advance">Called with what is copied; may cancel by throwing.</param>
internal sealed class DatabaseCopy(
    PageReader source, Catalog sourceCatalog, Catalog targetCatalog, long stretch, Action<string> advance)
{
    /// <summary>Everything there is to copy.</summary>
    public IEnumerable<(CatalogKind Kind, string Name)> Names() =>
        Enum.GetValues<CatalogKind>()
            .SelectMany(kind => Catalog.Names(source, kind).Select(name => (kind, name)));

    /// <summary>Copies one of them.</summary>
    /// <exception cref="CorruptDatabaseException">It is damaged.</exception>
    public void Copy(PageWriter target, CatalogKind kind, string name)
    {
        if (kind == CatalogKind.Collection)
        {
            CopyCollection(target, name);
        }
        else
        {
            CopyNamed(target, kind, name);
        }
    }

    private void CopyCollection(PageWriter target, string name)
    {
        var from = sourceCatalog.FindCollection(source, name)!;
        var to = targetCatalog.AddLike(target, from);
        var copy = CopyTo(target, $"collection '{name}'");
        copy.CopyMap(from.Documents, to.Documents);
        IdentitySlot.Raise(target, to.Identity, IdentitySlot.Read(source, from.Identity));
        foreach (var (index, other) in from.Indexes.Zip(to.Indexes))
        {
            copy.CopyMap(index.State, other.State);
        }
    }

    private void CopyNamed(PageWriter target, CatalogKind kind, string name)
    {
        var from = sourceCatalog.FindNamed(source, kind, name)!;
        var to = targetCatalog.AddLike(target, from);
        if (from is not ListDefinition list)
        {
            CopyTo(target, $"map '{name}'").CopyMap(from.State, to.State);
            return;
        }

        var state = list.ReadState(source);
        if (state.PageCount > 0)
        {
            var copy = CopyTo(target, $"{ListDefinition.TextOf(kind)} '{name}'").CopyChain(in state);
            using var page = target.Write(to.State.Page);
            Layout.At<ChainState>(page.Bytes, to.State.Offset) = copy;
        }
    }

    private StructureCopy CopyTo(PageWriter target, string structure) =>
        new(source, target, stretch, () => advance(structure));
}

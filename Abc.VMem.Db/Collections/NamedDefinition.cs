using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>What the catalog says of a named structure that is no collection. Immutable.</summary>
/// <param name="Kind">Which structure.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Where its state lives.</param>
internal abstract record NamedDefinition(CatalogKind Kind, string Name, PageAddress State);

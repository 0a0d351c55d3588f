using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>What the catalog says of a named map. Immutable.</summary>
/// <param name="Name">Name of the map.</param>
/// <param name="KeyCodecName">Encoding of its keys; null for a map of bytes.</param>
/// <param name="State">Where the map's state lives.</param>
internal sealed record MapDefinition(string Name, string? KeyCodecName, PageAddress State)
    : NamedDefinition(CatalogKind.Map, Name, State);

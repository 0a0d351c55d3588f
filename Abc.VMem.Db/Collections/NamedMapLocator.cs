using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Finds a named map.</summary>
internal sealed class NamedMapLocator : CatalogLocator
{
    private readonly string? _keyCodecName;

    /// <summary>Prepares to find a map.</summary>
    /// <param name="catalog">The definitions.</param>
    /// <param name="name">Name of the map.</param>
    /// <param name="keyCodecName">Encoding of its keys; null = bytes, which opens every map.</param>
    public NamedMapLocator(Catalog catalog, string name, string? keyCodecName)
        : base(catalog, CatalogKind.Map, name) => _keyCodecName = keyCodecName;

    /// <inheritdoc/>
    protected override void RefuseOther(NamedDefinition definition)
    {
        var stored = ((MapDefinition)definition).KeyCodecName;
        if (_keyCodecName is not null && stored != _keyCodecName)
        {
            throw new ArgumentException(
                $"The keys of map '{Name}' are stored as {stored ?? "bytes"}, not {_keyCodecName}. "
                + "Open it with a key of the stored type.");
        }
    }

    /// <inheritdoc/>
    protected override NamedDefinition Create(PageWriter pages) => Catalog.CreateMap(pages, Name, _keyCodecName);
}

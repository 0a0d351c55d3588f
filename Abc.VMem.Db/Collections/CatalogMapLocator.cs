using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Finds a named map through the catalog; remembers the last answer with the catalog version it holds for.
/// </summary>
internal sealed class CatalogMapLocator : StateLocator
{
    private readonly Catalog _catalog;
    private readonly string _name;
    private readonly string? _keyCodecName;
    private volatile Answer? _last;

    /// <summary>Prepares to find a map.</summary>
    /// <param name="catalog">The definitions.</param>
    /// <param name="name">Name of the map.</param>
    /// <param name="keyCodecName">Encoding of its keys; null = bytes, which opens every map.</param>
    public CatalogMapLocator(Catalog catalog, string name, string? keyCodecName)
    {
        Catalog.ValidateName(name, nameof(name));
        (_catalog, _name, _keyCodecName) = (catalog, name, keyCodecName);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The stored keys are of another type.</exception>
    public override bool TryFind(PageReader pages, out PageAddress address)
    {
        var version = Catalog.ReadVersion(pages);
        if (_last is not { } last || last.CatalogVersion != version)
        {
            last = new(version, Accept(_catalog.FindMap(pages, _name)));
            _last = last;
        }

        address = last.Definition?.State ?? default;
        return last.Definition is not null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The stored keys are of another type.</exception>
    public override PageAddress FindOrCreate(PageWriter pages)
    {
        if (TryFind(pages, out var address))
        {
            return address;
        }

        try
        {
            return _catalog.CreateMap(pages, _name, _keyCodecName).State;
        }
        catch (Exception exception)
        {
            pages.Doom(exception);
            throw;
        }
    }

    private MapDefinition? Accept(MapDefinition? definition)
    {
        if (definition is not null && _keyCodecName is not null && definition.KeyCodecName != _keyCodecName)
        {
            throw new ArgumentException(
                $"The keys of map '{_name}' are stored as {definition.KeyCodecName ?? "bytes"}, not {_keyCodecName}. "
                + "Open it with a key of the stored type.");
        }

        return definition;
    }

    private sealed record Answer(long CatalogVersion, MapDefinition? Definition);
}

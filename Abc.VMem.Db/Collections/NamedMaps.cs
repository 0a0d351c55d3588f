using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>Opens named maps.</summary>
internal static class NamedMaps
{
    /// <summary>A map on bytes.</summary>
    public static VMemMap Open(DatabaseContext context, string name) => new(context.Scope, Find(context, name));

    /// <summary>A typed map.</summary>
    /// <exception cref="ArgumentException">The type can't be a key, or the stored keys are of another type.</exception>
    public static VMemMap<TKey, TValue> Open<TKey, TValue>(DatabaseContext context, string name)
        where TKey : notnull => new(context.Scope, Find<TKey, TValue>(context, name));

    /// <summary>Where a map is, whatever its keys.</summary>
    public static StateLocator Find(DatabaseContext context, string name) =>
        new NamedMapLocator(context.Catalog, name, keyCodecName: null);

    /// <summary>Finds a typed map, and refuses one of other keys at once.</summary>
    /// <exception cref="ArgumentException">The type can't be a key, or the stored keys are of another type.</exception>
    public static StateLocator Find<TKey, TValue>(DatabaseContext context, string name)
        where TKey : notnull
    {
        var locator = new NamedMapLocator(context.Catalog, name, VMemMapView<TKey, TValue>.RequireKeyCodec().Name);
        var pages = context.Scope.EnterRead();
        try
        {
            locator.TryFind(pages, out _);
        }
        finally
        {
            context.Scope.ExitRead(pages);
        }

        return locator;
    }
}

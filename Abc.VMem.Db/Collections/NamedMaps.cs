namespace Abc.VMem.Db.Collections;

/// <summary>Opens named maps.</summary>
internal static class NamedMaps
{
    /// <summary>A map on bytes.</summary>
    public static VMemMap Open(DatabaseContext context, string name) =>
        new(context.Scope, new NamedMapLocator(context.Catalog, name, keyCodecName: null));

    /// <summary>A typed map.</summary>
    /// <exception cref="ArgumentException">The type can't be a key, or the stored keys are of another type.</exception>
    public static VMemMap<TKey, TValue> Open<TKey, TValue>(DatabaseContext context, string name)
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

        return new(context.Scope, locator);
    }
}

using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>Opens named lists, stacks and strings.</summary>
internal static class NamedLists
{
    /// <summary>Finds a list, stack or string, and refuses one of other items at once.</summary>
    /// <exception cref="ArgumentException">The stored items are of another size, or too large for a page.</exception>
    public static StateLocator Find<T>(DatabaseContext context, CatalogKind kind, string name)
        where T : unmanaged
    {
        var locator = new NamedListLocator(context.Catalog, kind, name, ItemsView<T>.ItemBytes);
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

    /// <summary>A list.</summary>
    public static VMemList<T> List<T>(DatabaseContext context, string name)
        where T : unmanaged => new(context.Scope, Find<T>(context, CatalogKind.List, name));

    /// <summary>A stack.</summary>
    public static VMemStack<T> Stack<T>(DatabaseContext context, string name)
        where T : unmanaged => new(context.Scope, Find<T>(context, CatalogKind.Stack, name));

    /// <summary>A string.</summary>
    public static VMemString String(DatabaseContext context, string name) =>
        new(context.Scope, Find<byte>(context, CatalogKind.String, name));
}

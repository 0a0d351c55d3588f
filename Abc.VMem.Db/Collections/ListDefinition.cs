using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>What the catalog says of a named list, stack or string. Immutable.</summary>
/// <param name="Kind">Which of these.</param>
/// <param name="Name">Its name.</param>
/// <param name="ItemBytes">Bytes of an item; 1 for a string.</param>
/// <param name="State">Where its state lives.</param>
internal sealed record ListDefinition(CatalogKind Kind, string Name, int ItemBytes, PageAddress State)
    : NamedDefinition(Kind, Name, State)
{
    /// <summary>The kind in words, as "list".</summary>
    public static string TextOf(CatalogKind kind) => kind switch
    {
        CatalogKind.List => "list",
        CatalogKind.Stack => "stack",
        _ => "string",
    };

    /// <summary>Kind of the state of a named list, stack or string.</summary>
    public static StateKind StateKindOf(CatalogKind kind) => kind switch
    {
        CatalogKind.List => StateKind.List,
        CatalogKind.Stack => StateKind.Stack,
        _ => StateKind.Text,
    };

    /// <summary>Its state, which must be of this kind and item size.</summary>
    /// <exception cref="CorruptDatabaseException">It is not, or contradicts itself.</exception>
    public ChainState ReadState(PageReader pages)
    {
        try
        {
            return new LocatedChain(new SlotLocator(State), StateKindOf(Kind), ItemBytes).Read(pages);
        }
        catch (ArgumentException exception)
        {
            throw new CorruptDatabaseException(
                $"{TextOf(Kind)} '{Name}'",
                State.Page.Value,
                FormattableString.Invariant($"items of {ItemBytes} bytes"),
                exception.Message,
                inner: exception);
        }
    }
}

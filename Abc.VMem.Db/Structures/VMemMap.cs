using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>
/// A persistent map from bytes to bytes, in the order of its keys (memcmp). Keys are 0 to 1,000 bytes, values up to
/// 64 MB. A map of a database or pool itself may be used from many threads: each call reads the last committed state,
/// or is a transaction of its own. A map of a transaction or snapshot belongs to it.
/// </summary>
public sealed partial class VMemMap : VMemMapView
{
    private readonly PageScope _scope;

    /// <summary>A map whose state lies where a program put it; an empty one when the state is all zero.</summary>
    /// <param name="pages">The pool, or a transaction.</param>
    /// <param name="state">Where the state is: 32 bytes, all zero while the map is empty.</param>
    /// <inheritdoc cref="VMemMapView(PageSource, PageAddress)" path="/exception"/>
    /// <inheritdoc cref="VMemMapView(PageSource, PageAddress)" path="/remarks"/>
    public VMemMap(PageScope pages, PageAddress state)
        : base(pages, state) => _scope = pages;

    internal VMemMap(PageScope scope, StateLocator locator)
        : base(scope, locator) => _scope = scope;
}

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Where the state of a structure lives: a byte of a page. (page position, byte position), the seed's address.
/// </summary>
/// <param name="Page">Position of the page.</param>
/// <param name="Offset">Offset from the page's first byte, 48..4064.</param>
internal readonly record struct StateAddress(PagePos Page, int Offset);

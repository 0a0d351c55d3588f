using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Reads and raises a collection's stored high-water mark of assigned keys.</summary>
internal static class IdentitySlot
{
    /// <summary>The mark, 0 before the first key.</summary>
    public static long Read(PageReader pages, PageAddress address)
    {
        using var page = pages.Read(address.Page);
        return Layout.At<IdentityState>(page.Bytes, address.Offset).HighWater;
    }

    /// <summary>Raises the mark to a number, if it is below.</summary>
    public static void Raise(PageWriter pages, PageAddress address, long number)
    {
        if (number <= Read(pages, address))
        {
            return;
        }

        using var page = pages.Write(address.Page);
        Layout.At<IdentityState>(page.Payload, address.Offset - Page.HeaderBytes).HighWater = number;
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Pages that each hold one number, five hundred times.</summary>
internal static class NumberPages
{
    public static void Set(PageWriter pages, PagePos position, long value)
    {
        using var page = pages.Write(position);
        Layout.Array<long>(page.Payload, 0, 500).Fill(value);
    }

    public static PagePos New(PageWriter pages, long value)
    {
        using var page = pages.Allocate(PageType.Program);
        Layout.Array<long>(page.Payload, 0, 500).Fill(value);
        return page.Header.Position;
    }

    public static long Get(PageReader pages, PagePos position)
    {
        using var page = pages.Read(position);
        var all = Layout.Array<long>(page.Payload, 0, 500);
        Assert.Equal(all[0], all[499]);
        return all[0];
    }

    public static List<PagePos> Fill(Engine engine, int count, long value = 0)
    {
        using var transaction = engine.BeginTransaction();
        var pages = Enumerable.Range(0, count).Select(_ => New(transaction, value)).ToList();
        transaction.Commit();
        return pages;
    }

    public static void SetAll(Engine engine, List<PagePos> pages, long value)
    {
        using var transaction = engine.BeginTransaction();
        pages.ForEach(page => Set(transaction, page, value));
        transaction.Commit();
    }
}

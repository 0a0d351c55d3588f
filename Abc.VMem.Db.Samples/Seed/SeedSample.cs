using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Samples.Seed;

/// <summary>
/// A program with structures of its own, without any document: three lists and two strings, found again from the start
/// page, in a pool that never maps more than 16 pages (64 KB). Run it again: it goes on where it stopped.
/// </summary>
public static class SeedSample
{
    /// <summary>Runs on a file that exists or not.</summary>
    public static void Run(string path, TextWriter output)
    {
        using var pool = Pool.Open(path, new PoolOptions { MaxMappedPages = Pool.MinMappedPages });

        WorkWithList(pool, StartPage.List1, "list 1", itemsToAdd: 1, output);
        WorkWithList(pool, StartPage.List2, "list 2", itemsToAdd: 5, output);
        ComparePointers(pool, output);

        #region all or nothing
        using (var transaction = pool.BeginTransaction())          // the last list and both strings, or none of them
        {
            var list3 = new VMemList<int>(transaction, StartPage.List3);
            list3.AddRange([42, 43, 44]);

            var text1 = new VMemString(transaction, StartPage.Text1);
            text1.Append("xyz");

            var text2 = new VMemString(transaction, StartPage.Text2);
            using (var writer = text2.OpenWriter())                // a TextWriter, as of any other stream
            {
                writer.Write("abc");
                writer.Write(12);
                writer.Write("xyz");
            }
            transaction.Commit();
        }
        #endregion

        using var snapshot = pool.BeginSnapshot();                 // only reads: so views, and no writable types
        output.WriteLine($"list 3: {string.Join(' ', new VMemListView<int>(snapshot, StartPage.List3))}");
        output.WriteLine($"text 1: {string.Join(' ', new VMemStringView(snapshot, StartPage.Text1))}");
        using var reader = new VMemStringView(snapshot, StartPage.Text2).OpenReader();
        output.WriteLine($"text 2: '{reader.ReadToEnd()}'");
        output.WriteLine($"Pages mapped at peak: {pool.PeakMappedPages} of at most {pool.MaxMappedPages}");
    }

    private static void WorkWithList(Pool pool, PageAddress state, string name, int itemsToAdd, TextWriter output)
    {
        // On the pool itself each change is a transaction of its own.
        var list = new VMemList<ListItem>(pool, state);
        var size = list.Count;
        output.WriteLine($"{name}: {size} items: {string.Join(' ', list.Select(item => item.Data))}");
        for (var i = 0; i < itemsToAdd; i++)
        {
            list.Add(new ListItem { Data = size + i });
        }

        output.WriteLine($"{name}: {list.Count} items now, on {list.PageCount} pages");
    }

    private static void ComparePointers(Pool pool, TextWriter output)
    {
        // A pointer keeps its page in memory until it is disposed. It is equal to every other one to the same byte.
        using var p1 = pool.Read(Pool.StartAddress.Plus(12));
        using var p2 = pool.Read(Pool.StartAddress.Plus(12));
        using var p3 = pool.Read(Pool.StartAddress.Plus(34));
        PagePtr? p4 = null;
        output.WriteLine($"p1 == p2: {p1 == p2}");
        output.WriteLine($"p1 == p3: {p1 == p3}");
        output.WriteLine($"p1 == null: {p1 == null}");
        output.WriteLine($"p4 == null: {p4 == null}");
    }

    /// <summary>
    /// What this program keeps on the start page: the states of its structures. The order is part of the file's format:
    /// append to it, don't reorder it.
    /// </summary>
    private static class StartPage
    {
        public static PageAddress List1 => Slot(0);

        public static PageAddress List2 => Slot(1);

        public static PageAddress List3 => Slot(2);

        public static PageAddress Text1 => Slot(3);

        public static PageAddress Text2 => Slot(4);

        private static PageAddress Slot(int number) => Pool.StartAddress.Plus(number * VMemState.Bytes);
    }

    /// <summary>
    /// An item of 908 bytes, 4 to a page. Its bytes are what is stored: give such a type a fixed layout, and members of
    /// a fixed size.
    /// </summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct ListItem
    {
        public long Data;
        private Rest _rest;

        [InlineArray(900)]
        private struct Rest
        {
            private byte _first;
        }
    }
}

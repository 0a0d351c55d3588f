using System.Buffers.Binary;
using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// A program's pool with every kind of structure, freed pages with old content, and a list of lists of lists; the bytes
/// of its file can be damaged, and what is left of it compared with what was there.
/// </summary>
internal sealed class RepairPool
{
    public const string Path = "/damaged";
    private const int OuterBytes = 48;
    private const int InnerOffset = 8;
    private static readonly byte[] s_dead = Encoding.ASCII.GetBytes("dead:dead:dead:dead:");

    private readonly Dictionary<int, List<byte[]>> _content = [];
    private readonly byte[] _file;

    public RepairPool()
    {
        var files = new MemoryFileSystem();
        using (var pool = Pool.Open(files, Path, new EngineOptions()))
        {
            var pages = pool.EnterWrite();
            Build(pages);
            pool.ExitWrite(pages);
            Report = pool.Check();
            using var snapshot = pool.BeginSnapshot();
            for (var slot = 0; slot < Slots; slot++)
            {
                _content[slot] = Read(snapshot.EnterRead(), slot);
            }
        }

        _file = Bytes(files, Path);
    }

    /// <summary>Structures on the start page: list, string, maps, nested lists, linked pages, stack.</summary>
    public static int Slots => 7;

    /// <summary>What there was before any damage.</summary>
    public PoolReport Report { get; }

    public int PageCount => (int)Report.PageCount;

    /// <summary>The place of a structure, as reports tell it.</summary>
    public static string PlaceOf(int slot) =>
        FormattableString.Invariant($"start page byte {PoolFixture.Slot(slot).Offset}");

    public static byte[] Bytes(IFileSystem files, string path)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }

    /// <summary>A copy of the file, damaged, in a file system of its own.</summary>
    public MemoryFileSystem Damage(params Action<byte[]>[] damages)
    {
        var bytes = _file.ToArray();
        foreach (var damage in damages)
        {
            damage(bytes);
        }

        var files = new MemoryFileSystem();
        using var file = files.Open(Path, FileOpening.CreateNew);
        file.Write(bytes, 0);
        return files;
    }

    public static Action<byte[]> Wipe(long page) => bytes => bytes.AsSpan((int)page * Page.Size, Page.Size).Clear();

    public static Action<byte[]> Flip(long page, int at) => bytes => bytes[(page * Page.Size) + at] ^= 0x10;

    /// <summary>
    /// What is in a structure of a repaired pool came from it, in its order; all of it is there unless one of its pages
    /// was damaged, and what is missing was told.
    /// </summary>
    public void Compare(Pool pool, IReadOnlyCollection<long> damaged, RepairReport report, string context)
    {
        using var snapshot = pool.BeginSnapshot();
        for (var slot = 0; slot < Slots; slot++)
        {
            var (left, all) = (Read(snapshot.EnterRead(), slot), _content[slot]);
            if (slot == 1)
            {
                // Throws unless it is UTF-8 to its last byte.
                new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. left.SelectMany(item => item)]);
            }

            var isHit = damaged.Any(page => page == 1 || Owns(slot, page));
            if (!isHit)
            {
                Assert.True(left.Select(Hex).SequenceEqual(all.Select(Hex)), $"{context}: slot {slot} changed");
                continue;
            }

            AssertSubsequence(left, all, $"{context}: slot {slot}");
            var isTold = damaged.Contains(1)
                || report.Losses.Any(loss => loss.Structure.EndsWith(PlaceOf(slot), StringComparison.Ordinal));
            Assert.True(left.Count == all.Count || isTold, $"{context}: slot {slot} lost items silently\n{report}");
        }
    }

    public static bool HoldsDead(PageReader pages, long pageCount, Func<PagePos, bool> isUsed)
    {
        for (var at = 2L; at < pageCount; at++)
        {
            if (isUsed(new(at)))
            {
                using var page = pages.Read(new(at));
                if (page.Bytes.IndexOf(s_dead) >= 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Owns(int slot, long page) =>
        Report.Explain(new(page)).EndsWith(PlaceOf(slot), StringComparison.Ordinal);

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    // Items of lists keep their order; text may also lose the parts of a character at a gap, byte by byte.
    private static void AssertSubsequence(List<byte[]> left, List<byte[]> all, string context)
    {
        var at = 0;
        foreach (var item in left)
        {
            while (at < all.Count && !all[at].AsSpan().SequenceEqual(item))
            {
                at++;
            }

            Assert.True(at < all.Count, $"{context}: holds {Hex(item)[..Math.Min(80, 2 * item.Length)]}, made up");
            at++;
        }
    }

    private static byte[] Numbers(int count, int itemBytes, int salt)
    {
        var items = new byte[count * itemBytes];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(items.AsSpan(i * itemBytes), (salt << 20) + i);
        }

        return items;
    }

    private static void Build(PageWriter pages)
    {
        var dead = Enumerable.Range(0, 4000).SelectMany(_ => s_dead).ToArray();
        var freed = ChainPages.Write(pages, PoolFixture.Slot(100), StateKind.List, 20, dead);
        ChainPages.Write(pages, PoolFixture.Slot(0), StateKind.List, 100, Numbers(400, 100, 1));
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3000).Select(i => $"é€😀{i}")));
        ChainPages.Write(pages, PoolFixture.Slot(1), StateKind.Text, 1, text);
        for (var i = 0; i < 1200; i++)
        {
            BTree.Put(
                pages, PoolFixture.Slot(2), EngineFixture.Key(i), EngineFixture.Value(i, i % 100 == 7 ? 9000 : 60));
            BTree.Put(pages, PoolFixture.Slot(3), EngineFixture.Key(i % 20), EngineFixture.Value(i, 10));
        }

        BuildNested(pages, PoolFixture.Slot(4));
        ChainPages.Write(pages, PoolFixture.Slot(5), StateKind.LinkedPages, Page.PayloadBytes, Numbers(9, 4048, 6));
        ChainPages.Write(pages, PoolFixture.Slot(6), StateKind.Stack, 900, Numbers(30, 900, 7));
        Free(pages, freed);
        var program = pages.Allocate(PageType.Program);
        var address = new PageAddress(program.Position, 1001);
        program.Dispose();
        ChainPages.Write(pages, address, StateKind.Container, 8, Numbers(2000, 8, 8));
    }

    private static void BuildNested(PageWriter pages, PageAddress state)
    {
        const int PerPage = 6;
        var outer = ChainPages.Write(pages, state, StateKind.List, OuterBytes, Numbers(30, OuterBytes, 9), PerPage);
        for (var i = 0; i < 30; i++)
        {
            var place = ChainPages.AddressOf(outer, OuterBytes, i, PerPage).Plus(InnerOffset);
            var inner = ChainPages.Write(pages, place, StateKind.List, OuterBytes, Numbers(3, OuterBytes, 10 + i), 2);
            if (i % 5 == 0)
            {
                var deep = ChainPages.AddressOf(inner, OuterBytes, 1, 2).Plus(InnerOffset);
                ChainPages.Write(pages, deep, StateKind.List, 8, Numbers(1000, 8, 50 + i));
            }
        }
    }

    private static void Free(PageWriter pages, List<PagePos> chain)
    {
        // Half of it as a chain, half of it page by page.
        var half = chain.Count / 2;
        pages.FreeChain(chain[0], chain[half - 1], half);
        foreach (var position in chain.Skip(half))
        {
            pages.Free(position);
        }

        using var home = pages.Write(PagePos.Start);
        home.Bytes.Slice(PoolFixture.Slot(100).Offset, ChainState.Bytes).Clear();
    }

    private static List<byte[]> Read(PageReader pages, int slot)
    {
        var address = PoolFixture.Slot(slot);
        if (slot is 2 or 3)
        {
            return ReadMap(pages, address);
        }

        var items = ChainPages.Read(pages, address);
        return slot == 4 ? ReadNested(pages, items) : items;
    }

    // Each outer item's number, then the items of its inner list, and those of the lists in these.
    private static List<byte[]> ReadNested(PageReader pages, List<byte[]> items)
    {
        var all = new List<byte[]>();
        foreach (var item in items)
        {
            all.Add(item[..InnerOffset]);
            if (item.Length == OuterBytes && item[InnerOffset..].AsSpan().ContainsAnyExcept((byte)0))
            {
                all.AddRange(ReadNested(pages, ReadAt(pages, item.AsSpan(InnerOffset))));
            }
        }

        return all;
    }

    private static List<byte[]> ReadAt(PageReader pages, ReadOnlySpan<byte> state)
    {
        var chain = Layout.At<ChainState>(state, 0);
        var items = new List<byte[]>();
        for (var position = chain.Front; !position.IsNil;)
        {
            using var page = pages.Read(position);
            for (var i = 0; i < page.Header.ItemCount; i++)
            {
                items.Add(page.Payload.Slice(i * chain.ItemBytes, chain.ItemBytes).ToArray());
            }

            position = page.Header.Next;
        }

        Assert.Equal(chain.ItemCount, items.Count);
        return items;
    }

    private static List<byte[]> ReadMap(PageReader pages, PageAddress address)
    {
        var entries = new List<byte[]>();
        using var scan = new MapScan(pages, address, null, null, descending: false);
        while (scan.MoveNext())
        {
            entries.Add([.. scan.Key, 0xFF, .. scan.Value]);
        }

        return entries;
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Damaged nodes behind sound checksums: a typed exception or some answer, never a hang.</summary>
public sealed class BTreeCorruptionTests(ITestOutputHelper output)
{
    private static readonly PageAddress State = new(PagePos.Start, 64);

    [Theory]
    [InlineData(MapKeyShape.Small)]
    [InlineData(MapKeyShape.Mixed)]
    [InlineData(MapKeyShape.Ties)]
    public void AnyOperation_DamagedBytes_AnswersOrThrowsCorrupt(MapKeyShape shape) =>
        DamageAndOperate(shape, Environment.TickCount);

    /// <summary>The leaf that the next append goes to was trusted: cells beyond the page's end.</summary>
    [Fact]
    public void Put_BehindTheLastKeyOfADamagedLeaf_ThrowsCorrupt() => DamageAndOperate(MapKeyShape.Small, 31605086);

    private void DamageAndOperate(MapKeyShape shape, int seed)
    {
        output.WriteLine($"seed {seed}");
        for (int round = 0; round < 60; round++)
        {
            Damage(new Random(unchecked(seed + round)), shape);
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    public void Check_EveryDamagedLink_Throws(int offset)
    {
        using var pages = Build(new Random(1), MapKeyShape.Text, 3_000);
        for (int i = 2; i < pages.PageCount; i++)
        {
            var link = pages.Bytes(new PagePos(i)).Slice(offset, 8);
            byte[] before = link.ToArray();
            link[0] ^= 1;
            Assert.Throws<CorruptDatabaseException>(() => BTree.Check(pages, State, _ => { }));
            before.CopyTo(link);
        }

        BTree.Check(pages, State, _ => { });
    }

    [Fact]
    public void Check_DamagedNodeByte_IsNoticedUnlessItIsPayload()
    {
        using var pages = Build(new Random(2), MapKeyShape.Small, 2_000, emptyValues: true);
        int missed = 0;
        for (int i = 2; i < pages.PageCount; i++)
        {
            // Header of the node, prefix, heads: everything that is not a cell.
            for (int at = 24; at < 100; at += 1)
            {
                if (at is >= 42 and < 44 or >= 46 and < 48)
                {
                    // Flags, layout version and the reserved bytes belong to the pool.
                    continue;
                }

                pages.Bytes(new PagePos(i))[at] ^= 0x10;
                missed += Record.Exception(() => BTree.Check(pages, State, _ => { })) is null ? 1 : 0;
                pages.Bytes(new PagePos(i))[at] ^= 0x10;
            }
        }

        output.WriteLine($"{missed} missed in {pages.PageCount - 2} pages");

        // What remains are keys that were changed into others which fit, and reserved bytes.
        Assert.True(missed < (pages.PageCount - 2) * 12);
    }

    [Fact]
    public void Scan_CycleOfLeaves_Throws()
    {
        using var pages = Build(new Random(3), MapKeyShape.Text, 2_000);
        var leaves = new List<PagePos>();
        for (int i = 2; i < pages.PageCount; i++)
        {
            var header = Layout.At<PageHeader>(pages.Bytes(new PagePos(i)), 0);
            if (header.Type == PageType.MapLeaf && !header.Next.IsNil)
            {
                leaves.Add(header.Position);
            }
        }

        foreach (var leaf in leaves)
        {
            Layout.At<PageHeader>(pages.Bytes(leaf), 0).Next = leaves[0];
        }

        Assert.Throws<CorruptDatabaseException>(() =>
        {
            using var scan = new MapScan(pages, State, null, null, descending: false);
            while (scan.MoveNext())
            {
            }
        });
        Assert.Throws<CorruptDatabaseException>(() => BTree.CountRange(pages, State, [0], null));
    }

    [Fact]
    public void Find_CycleOfBranches_Throws()
    {
        using var pages = Build(new Random(4), MapKeyShape.Text, 20_000);
        ref var state = ref Layout.At<MapState>(pages.Bytes(PagePos.Start), State.Offset);
        Assert.True(state.Height >= 3);
        var root = Layout.At<PageHeader>(pages.Bytes(state.Root), 0);
        int heads = NodeLayout.HeadsOffset(Layout.At<NodeHeader>(pages.Bytes(state.Root), 48).PrefixLength);
        int children = heads + (8 * NodeLayout.Room(root.ItemCount));
        Layout.Array<PagePos>(pages.Bytes(state.Root), children, root.ItemCount).Fill(state.Root);
        Assert.Throws<CorruptDatabaseException>(() => BTree.Contains(pages, State, MapKeys.Text(5)));
        Assert.Throws<CorruptDatabaseException>(() => BTree.Put(pages, State, MapKeys.Text(5), []));
    }

    [Fact]
    public void TryGet_CycleInOverflowChain_Throws()
    {
        using var pages = new FakePages();
        BTree.Put(pages, State, "k"u8, new byte[5_000_000]);
        for (int i = 2; i < pages.PageCount; i++)
        {
            ref var header = ref Layout.At<PageHeader>(pages.Bytes(new PagePos(i)), 0);
            header.Next = header.Type == PageType.Overflow ? header.Position : header.Next;
        }

        Assert.Throws<CorruptDatabaseException>(() => BTree.TryGet(pages, State, "k"u8, new ValueBuffer()));
        Assert.Throws<CorruptDatabaseException>(() => BTree.Check(pages, State, _ => { }));
    }

    [Fact]
    public void TryGet_HugeLengthInSmallFile_ThrowsWithoutTheMemory()
    {
        using var pages = new FakePages();
        BTree.Put(pages, State, "k"u8, new byte[5_000]);
        var root = Layout.At<MapState>(pages.Bytes(PagePos.Start), State.Offset).Root;
        int reference = Page.Size - OverflowReference.Bytes;
        Layout.At<OverflowReference>(pages.Bytes(root), reference).Length = 64 << 20;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CorruptDatabaseException>(() => BTree.TryGet(pages, State, "k"u8, new ValueBuffer()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        foreach (long length in new[] { 0, -1, long.MaxValue, BTree.MaxValueBytes + 1 })
        {
            Layout.At<OverflowReference>(pages.Bytes(root), reference).Length = length;
            Assert.Throws<CorruptDatabaseException>(() => BTree.TryGet(pages, State, "k"u8, new ValueBuffer()));
            Assert.Throws<CorruptDatabaseException>(() => BTree.Remove(pages, State, "k"u8));
        }
    }

    [Fact]
    public void AnyOperation_DamagedState_ThrowsCorrupt()
    {
        using var pages = Build(new Random(6), MapKeyShape.Text, 100);
        var sound = Layout.At<MapState>(pages.Bytes(PagePos.Start), State.Offset);
        MapState[] damaged =
        [
            sound with { Height = 17 }, sound with { Height = 0 }, sound with { Count = -1 }, sound with { Count = 0 },
            sound with { OverflowPages = -1 }, sound with { Root = PagePos.Nil }, sound with { Root = PagePos.Start },
            sound with { Root = new PagePos(long.MaxValue) }, sound with { Height = (byte)(sound.Height + 1) },
        ];
        foreach (var state in damaged)
        {
            Layout.At<MapState>(pages.Bytes(PagePos.Start), State.Offset) = state;
            Assert.Throws<CorruptDatabaseException>(() => BTree.Contains(pages, State, "x"u8));
            Assert.Throws<CorruptDatabaseException>(() => BTree.Put(pages, State, "x"u8, "y"u8));
        }

        Assert.Null(pages.Doomed);
    }

    private static FakePages Build(Random random, MapKeyShape shape, int count, bool emptyValues = false)
    {
        var pages = new FakePages();
        for (int i = 0; i < count; i++)
        {
            BTree.Put(pages, State, MapKeys.Next(random, shape), emptyValues ? [] : MapKeys.Value(random));
        }

        return pages;
    }

    private void Damage(Random random, MapKeyShape shape)
    {
        using var pages = Build(random, shape, random.Next(1, 600));
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            var bytes = pages.Bytes(new PagePos(random.NextInt64(2, pages.PageCount)));
            int at = random.Next(3) == 0 ? random.Next(Page.Size) : random.Next(24, 200);
            if (random.Next(2) == 0)
            {
                bytes[at] ^= (byte)(1 << random.Next(8));
            }
            else
            {
                bytes[at] = (byte)random.Next(256);
            }
        }

        for (int i = 0; i < 60; i++)
        {
            byte[] key = MapKeys.Next(random, shape);
            Try(i, () => Operate(pages, random.Next(9), key, random));
            Assert.Equal(0, pages.Pins);
        }
    }

    private static void Operate(FakePages pages, int operation, byte[] key, Random random)
    {
        switch (operation)
        {
            case 0:
                BTree.Check(pages, State, _ => { });
                break;
            case 1:
                BTree.CountRange(pages, State, key, MapKeys.Next(random, MapKeyShape.Mixed));
                break;
            case 2:
                Walk(pages, descending: random.Next(2) == 0);
                break;
            case 3:
            case 4:
                BTree.TryGet(pages, State, key, new ValueBuffer());
                break;
            case 5:
                BTree.Remove(pages, State, key);
                break;
            case 6 when random.Next(10) == 0:
                BTree.Clear(pages, State);
                break;
            default:
                BTree.Put(pages, State, key, MapKeys.Value(random));
                break;
        }
    }

    private static void Walk(FakePages pages, bool descending)
    {
        using var scan = new MapScan(pages, State, null, null, descending);
        for (int i = 0; scan.MoveNext(); i++)
        {
            _ = scan.Key.Length + scan.Value.Length;
            Assert.True(i < 1_000_000, "The scan does not end.");
        }
    }

    private void Try(int step, Action operation)
    {
        try
        {
            operation();
        }
        catch (CorruptDatabaseException)
        {
        }
        catch (InvalidOperationException exception) when (exception.StackTrace!.Contains("FakePages.FreeChain"))
        {
            // A damaged reference to a chain: the fake checks what a pool takes on trust.
        }
        catch (LimitExceededException exception) when (exception.Limit.StartsWith("Levels", StringComparison.Ordinal))
        {
            // A damaged tree may seem to grow for ever; it stops at its bound.
        }
        catch (Exception exception)
        {
            output.WriteLine($"step {step}: {exception}");
            throw;
        }
    }
}

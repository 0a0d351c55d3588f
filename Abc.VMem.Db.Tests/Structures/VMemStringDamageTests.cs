using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Damaged strings end in typed exceptions, whatever is called, and never in a loop without end.</summary>
public sealed class VMemStringDamageTests(ITestOutputHelper output)
{
    [Fact]
    public void Call_LinksCountsAndBytesDamaged_IsRightOrATypedException()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int found = 0;
        for (int i = 0; i < 400; i++)
        {
            using var pages = new FakePages();
            var text = new VMemString(new FakeScope(pages), Pool.StartAddress);
            text.Append(string.Concat(Enumerable.Repeat("aé€😀", 2_000)));
            Damage(random, pages);
            try
            {
                Call(random, text);
            }
            catch (Exception exception) when (exception is CorruptDatabaseException or ArgumentException)
            {
                // An argument: the place that was right before is inside a character now, or another structure's.
                found++;
            }
        }

        Assert.True(found > 200, $"{found} found");
    }

    private static void Call(Random random, VMemString text)
    {
        switch (random.Next(8))
        {
            case 0:
                _ = text.ToString();
                break;
            case 1:
                _ = string.Concat(text);
                break;
            case 2:
                _ = text.OpenReader().ReadToEnd();
                break;
            case 3:
                _ = text.IndexOf("none of that");
                break;
            case 4:
                using (var stream = text.OpenStream(FileAccess.ReadWrite))
                {
                    stream.Position = random.Next(20_000);
                    stream.Write(new byte[6_000]);
                    stream.Position = random.Next(20_000);
                    stream.ReadAtLeast(new byte[6_000], 6_000, throwOnEndOfStream: false);
                }

                break;
            case 5:
                text.Insert(10 * random.Next(2_000), "inserted");
                break;
            case 6:
                text.Remove(10 * random.Next(1_000), 5_000);
                break;
            default:
                text.Truncate(10 * random.Next(2_000));
                break;
        }

        _ = text.ToString();
    }

    private static void Damage(Random random, FakePages pages)
    {
        ref var state = ref Layout.At<ChainState>(pages.Bytes(PagePos.Start), Pool.StartAddress.Offset);
        var position = new PagePos(random.Next(2, 7));
        ref var header = ref Layout.At<PageHeader>(pages.Bytes(position), 0);
        switch (random.Next(9))
        {
            case 0:
                header.Next = new(random.Next(0, 8));
                break;
            case 1:
                header.Previous = new(random.Next(0, 8));
                break;
            case 2:
                header.ItemCount = (ushort)random.Next(5_000);
                break;
            case 3:
                header.Type = PageType.MapLeaf;
                break;
            case 4:
                state.Front = new(random.Next(1, 8));
                break;
            case 5:
                state.Back = new(random.Next(1, 8));
                break;
            case 6:
                state.ItemCount = random.NextInt64(-5, 1_000_000);
                break;
            case 7:
                state.PageCount = (uint)random.Next(20);
                break;
            default:
                pages.Bytes(position)[Page.HeaderBytes + random.Next(4_048)] = 0xFF;
                break;
        }
    }
}

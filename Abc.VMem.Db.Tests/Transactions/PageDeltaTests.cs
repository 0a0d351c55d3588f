using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Transactions;

public class PageDeltaTests(ITestOutputHelper output)
{
    [Fact]
    public void Apply_OfEncodedRandomChanges_RebuildsThePage()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var basis = new byte[Page.Size];
            random.NextBytes(basis.AsSpan(random.Next(Page.Size)));
            var page = Changed(basis, random);
            Check(page, basis);
            Check(page, []);
        }
    }

    [Fact]
    public void Encode_EveryOtherByteChanged_StaysInBounds()
    {
        var page = new byte[Page.Size];
        for (var i = 0; i < Page.Size; i += 10)
        {
            page[i] = 1;
        }

        Check(page, new byte[Page.Size]);
        Check(page, []);
    }

    [Fact]
    public void Encode_OneField_TakesFewBytes()
    {
        var basis = new byte[Page.Size];
        new Random(1).NextBytes(basis);
        var page = basis.ToArray();
        page[1000] ^= 1;
        page[1003] ^= 1;
        Assert.Equal(RangeHeader.Bytes + 4, PageDelta.Encode(page, basis, new byte[PageDelta.MaxBytes]));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(15, 1)]
    [InlineData(4090, 7)]
    [InlineData(100, 5000)]
    public void Apply_RangeOutsideThePage_IsCorrupt(ushort offset, ushort length)
    {
        var ranges = new byte[RangeHeader.Bytes + 100];
        Layout.At<RangeHeader>(ranges.AsSpan(), 0) = new RangeHeader { Offset = offset, Length = length };
        Assert.Throws<CorruptDatabaseException>(() => PageDelta.Apply(ranges, new byte[Page.Size]));
    }

    private static byte[] Changed(byte[] basis, Random random)
    {
        var page = basis.ToArray();
        for (var i = random.Next(12); i > 0; i--)
        {
            var start = random.Next(Page.Size);
            var length = Math.Min(random.Next(1, random.Next(2, 3000)), Page.Size - start);
            if (random.Next(2) == 0)
            {
                random.NextBytes(page.AsSpan(start, length));
            }
            else
            {
                basis.AsSpan(random.Next(Page.Size - length + 1), length).CopyTo(page.AsSpan(start));
            }
        }

        return page;
    }

    private static void Check(byte[] page, byte[] basis)
    {
        var ranges = new byte[PageDelta.MaxBytes];
        var length = PageDelta.Encode(page, basis, ranges);
        var rebuilt = basis.Length == 0 ? new byte[Page.Size] : basis.ToArray();
        PageDelta.Apply(ranges.AsSpan(0, length), rebuilt);
        PageDelta.Apply(ranges.AsSpan(0, length), rebuilt);
        Assert.Equal(page[16..], rebuilt[16..]);
    }
}

using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class HeadSearchTests
{
    [Fact]
    public void LowerBound_EverySizeAndHead_EqualsScalar()
    {
        var random = new Random(1);
        for (int count = 1; count <= 400; count++)
        {
            ulong[] heads = new ulong[NodeLayout.Room(count)];
            Array.Fill(heads, ulong.MaxValue);
            for (int i = 0; i < count; i++)
            {
                // The upper half has the sign bit set: a signed comparison would fail.
                heads[i] = (ulong)random.NextInt64(0, count) << (count % 2 == 0 ? 56 : 3);
            }

            Array.Sort(heads, 0, count);
            for (int i = 0; i < 50; i++)
            {
                ulong head = i == 0 ? ulong.MaxValue : heads[random.Next(count)] + (ulong)random.Next(2);
                int expected = heads.Count(other => other < head);
                Assert.Equal(expected, HeadSearch.LowerBound(heads, head));
                Assert.Equal(expected, HeadSearch.CountBelowScalar(heads, head));
            }
        }
    }

    [Theory]
    [InlineData("", 0, 0UL)]
    [InlineData("61", 0, 0x6100000000000000UL)]
    [InlineData("61", 1, 0UL)]
    [InlineData("6162636465666768", 0, 0x6162636465666768UL)]
    [InlineData("616263646566676869", 1, 0x6263646566676869UL)]
    [InlineData("616263646566676869", 7, 0x6869000000000000UL)]
    [InlineData("616263646566676869", 9, 0UL)]
    public void Of_AnyLength_IsBigEndianAndZeroPadded(string key, int prefixLength, ulong expected) =>
        Assert.Equal(expected, KeyHead.Of(Convert.FromHexString(key), prefixLength));
}

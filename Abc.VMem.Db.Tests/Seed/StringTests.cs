using System.Globalization;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>
/// The seed's tests of the string. Its pool has a cap of 4 pages, ours one of 16, which is the floor.
/// </summary>
public sealed class StringTests
{
    [Fact]
    public void Iterator()
    {
        using var fixture = new PoolFixture(Pool.MinMappedPages);
        var text = new VMemString(fixture.Pool, Pool.StartAddress);
        const string expected = "abc 12 xyz";

        foreach (var ch in expected)
        {
            text.Append(ch);
        }

        var at = 0;
        foreach (var ch in text)
        {
            Assert.Equal(expected[at++], ch);
        }

        Assert.Equal(expected.Length, at);
    }

    [Fact]
    public void Stream()
    {
        using var fixture = new PoolFixture(Pool.MinMappedPages);
        var text = new VMemString(fixture.Pool, Pool.StartAddress);
        int[] expected = [42, 53, 99];

        using (var output = text.OpenWriter())
        {
            foreach (var number in expected)
            {
                output.Write(number);
                output.Write(" ");
            }
        }

        using var input = text.OpenReader();
        foreach (var number in expected)
        {
            Assert.Equal(number, ReadNumber(input));
        }
    }

    // As the seed's operator: blanks before, then digits.
    private static int ReadNumber(TextReader reader)
    {
        while (char.IsWhiteSpace((char)reader.Peek()))
        {
            reader.Read();
        }

        var digits = "";
        while (char.IsAsciiDigit((char)reader.Peek()))
        {
            digits += (char)reader.Read();
        }

        return int.Parse(digits, CultureInfo.InvariantCulture);
    }
}

using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Readers and writers of a string.</summary>
public sealed class PagedTextTests : IDisposable
{
    private readonly PoolFixture _fixture = new();
    private readonly VMemString _text;

    public PagedTextTests() => _text = new VMemString(_fixture.Pool, Pool.StartAddress);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Writer_MegabyteOfLines_ComesBackByReader()
    {
        string[] lines = [.. Enumerable.Range(0, 40_000).Select(i => $"line {i} é€😀 äöü")];
        await using (var writer = _text.OpenWriter())
        {
            for (int i = 0; i < lines.Length; i++)
            {
                await (i % 1_000 == 0 ? writer.WriteLineAsync(lines[i]) : WriteLine(writer, lines[i]));
            }

            await writer.FlushAsync();
        }

        Assert.True(_text.ByteCount > 1_000_000);
        using var reader = _text.OpenReader();
        foreach (string line in lines.Take(20_000))
        {
            Assert.Equal(line, reader.ReadLine());
        }

        Assert.Equal(lines[20_000], await reader.ReadLineAsync());
        string rest = await reader.ReadToEndAsync();
        Assert.Equal(string.Concat(lines.Skip(20_001).Select(line => line + "\n")), rest);
        Assert.Equal(-1, reader.Peek());
        Assert.Equal(-1, reader.Read());
        Assert.Null(reader.ReadLine());

        static Task WriteLine(TextWriter writer, string line)
        {
            writer.WriteLine(line);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void Reader_EachForm_GivesTheSame()
    {
        string text = string.Concat(Enumerable.Repeat("aé€😀", 2_000));
        _text.Append(text);
        using var reader = _text.OpenReader();
        Assert.Equal(text[0], reader.Peek());
        Assert.Equal(text[0], reader.Read());
        char[] part = new char[5_000];
        Assert.Equal(100, reader.Read(part, 7, 100));
        Assert.Equal(text.AsSpan(1, 100), part.AsSpan(7, 100));
        Assert.Equal(5_000, reader.ReadBlock(part));
        Assert.Equal(text.AsSpan(101, 5_000), part);
        Assert.Equal(text[5_101..], reader.ReadToEnd());
        Assert.Equal(0, reader.Read(part));
        Assert.Throws<ArgumentException>(() => reader.Read(part, 4_999, 2));
        Assert.Throws<ArgumentNullException>(() => reader.Read(null!, 0, 0));
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Read());
    }

    [Fact]
    public void Reader_TextChanges_KeepsItsMoment()
    {
        _text.Append(new string('a', 10_000));
        using var reader = _text.OpenReader();
        Assert.Equal('a', reader.Read());
        _text.Set("b");
        Assert.Equal(new string('a', 9_999), reader.ReadToEnd());
    }

    [Fact]
    public void Reader_TransactionCutsACharacter_SaysSo()
    {
        using var transaction = _fixture.Pool.BeginTransaction();
        var text = new VMemString(transaction, Pool.StartAddress);
        text.Append(string.Concat(Enumerable.Repeat("é", 6_000)));
        using var reader = text.OpenReader();
        Assert.Equal('é', reader.Read());
        text.Insert(0, "x");
        Assert.Throws<InvalidOperationException>(() => reader.ReadToEnd());
    }

    [Fact]
    public void Writer_HalfSurrogatePairs_AreJoinedOrRefused()
    {
        using (var writer = _text.OpenWriter())
        {
            writer.Write('\uD83D');
            writer.Flush();
            Assert.True(_text.IsEmpty);
            writer.Write('\uDE00');
            writer.Write("a\uD83D");
            Assert.Throws<ArgumentException>(() => writer.Write("b"));
            writer.Write("b");
            Assert.Throws<ArgumentException>(() => writer.Write("c\uDE00"));
            writer.Write(['d', '\uD83D'], 0, 1);
        }

        Assert.Equal("😀abd", _text.ToString());
        var last = _text.OpenWriter();
        last.Write("e\uD83D");
        Assert.Throws<ArgumentException>(last.Dispose);
        last.Dispose();
        Assert.Throws<ObjectDisposedException>(() => last.Write('x'));
        Assert.Throws<ObjectDisposedException>(last.Flush);
        Assert.Equal("😀abde", _text.ToString());
    }

    [Fact]
    public void Writer_OfAnyCulture_WritesInvariant()
    {
        using (var writer = _text.OpenWriter())
        {
            Assert.Equal("utf-8", writer.Encoding.WebName);
            writer.Write(1.5);
            writer.WriteLine();
            writer.WriteLine("{0}", 2.5);
            writer.NewLine = "\r\n";
            writer.WriteLine(true);
        }

        Assert.Equal("1.5\n2.5\nTrue\r\n", _text.ToString());
    }

    [Fact]
    public void Writer_TransactionEndsBefore_LosesNothingSilently()
    {
        var transaction = _fixture.Pool.BeginTransaction();
        var writer = new VMemString(transaction, Pool.StartAddress).OpenWriter();
        writer.Write("kept in memory");
        transaction.Commit();
        Assert.Throws<TransactionException>(writer.Dispose);
    }
}

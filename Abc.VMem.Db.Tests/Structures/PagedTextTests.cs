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
    public void Writer_OnAnySystem_EndsLinesWithALineFeed()
    {
        using var writer = _text.OpenWriter();
        Assert.Equal("\n", writer.NewLine);
        writer.WriteLine("x");
        writer.WriteLine('y');
        writer.WriteLine();
        writer.Flush();
        Assert.Equal("x\ny\n\n", _text.ToString());
    }

    [Fact]
    public async Task Writer_TextBeyondItsMemory_IsOneChange()
    {
        string large = string.Concat(Enumerable.Repeat("é😀", 20_000));
        await using var writer = _text.OpenWriter();
        writer.Write("a\uD83D");
        long before = _fixture.Pool.GetStatistics().Commits;
        writer.Write("\uDE00" + large + "\uD83D");
        Assert.InRange(_fixture.Pool.GetStatistics().Commits - before, 1, 3);
        await writer.WriteAsync("\uDE00" + large + "\uD83D");
        Assert.InRange(_fixture.Pool.GetStatistics().Commits - before, 2, 6);
        await writer.WriteLineAsync('\uDE00');
        await writer.FlushAsync();
        Assert.Equal("a😀" + large + "😀" + large + "😀\n", _text.ToString());
    }

    [Fact]
    public async Task Async_EachForm_DoesAsTheOther()
    {
        var writer = _text.OpenWriter();
        await writer.WriteAsync('a');
        await writer.WriteAsync("bc");
        await writer.WriteAsync(['x', 'd', 'e'], 1, 2);
        await writer.WriteLineAsync();
        await writer.WriteLineAsync(['x', 'f'], 1, 1);
        await writer.WriteLineAsync("g".AsMemory());
        Assert.True(_text.IsEmpty);
        await writer.DisposeAsync();
        await writer.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync("x"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.FlushAsync());
        using var reader = _text.OpenReader();
        char[] chars = new char[4];
        Assert.Equal(3, await reader.ReadAsync(chars.AsMemory(0, 3)));
        Assert.Equal(2, await reader.ReadBlockAsync(chars, 1, 2));
        Assert.Equal("ade\0", new string(chars));
        Assert.Equal("", await reader.ReadLineAsync());
        Assert.Equal("f\ng\n", await reader.ReadToEndAsync());
        var unpaired = _text.OpenWriter();
        await unpaired.WriteAsync('\uD83D');
        await Assert.ThrowsAsync<ArgumentException>(() => unpaired.DisposeAsync().AsTask());
    }

    [Fact]
    public void Async_Cancelled_IsInTheTask()
    {
        var cancelled = new CancellationToken(canceled: true);
        using var writer = _text.OpenWriter();
        using var reader = _text.OpenReader();
        using var stream = _text.OpenStream(FileAccess.ReadWrite);
        Task[] calls =
        [
            writer.WriteAsync("x".AsMemory(), cancelled), writer.FlushAsync(cancelled),
            reader.ReadLineAsync(cancelled).AsTask(), reader.ReadToEndAsync(cancelled),
            reader.ReadAsync(new char[1], cancelled).AsTask(),
            stream.ReadAsync(new byte[1], cancelled).AsTask(), stream.ReadAsync(new byte[1], 0, 1, cancelled),
            stream.WriteAsync(new byte[1], cancelled).AsTask(), stream.FlushAsync(cancelled),
        ];
        Assert.All(calls, call => Assert.True(call.IsCanceled));
        Assert.True(_text.IsEmpty);
        using var transaction = _fixture.Pool.BeginTransaction();
        Assert.True(transaction.CommitAsync(cancelled).AsTask().IsCanceled);
        transaction.Commit();
    }

    [Fact]
    public void RequireString_MoreThanAStringHas_Throws()
    {
        TextBytes.RequireString(TextBytes.MaxStringChars);
        Assert.Throws<InvalidOperationException>(() => TextBytes.RequireString(TextBytes.MaxStringChars + 1L));
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

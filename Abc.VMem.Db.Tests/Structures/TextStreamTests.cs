using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>The bytes of a string as a stream, held against a stream in memory.</summary>
public sealed class TextStreamTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly PoolFixture _fixture = new();
    private readonly VMemString _text;

    public TextStreamTests(ITestOutputHelper output)
    {
        _output = output;
        _text = new VMemString(_fixture.Pool, Pool.StartAddress);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void ReadWrite_RandomCalls_EqualsMemoryStream()
    {
        using var stream = _text.OpenStream(FileAccess.ReadWrite);
        Compare(stream, 400);
        stream.Dispose();
        _text.Clear();
    }

    [Fact]
    public void ReadWrite_RandomCallsInTransaction_EqualsMemoryStream()
    {
        using var transaction = _fixture.Pool.BeginTransaction();
        var text = new VMemString(transaction, Pool.StartAddress);
        using var stream = text.OpenStream(FileAccess.ReadWrite);
        Compare(stream, 4_000);
    }

    [Theory]
    [InlineData(0, 400_000)]
    [InlineData(5_000, 100_000)]
    [InlineData(1, 399_998)]
    [InlineData(350_000, 100_000)]
    public void Write_OverMorePagesThanCanBeRewritten_IsOneTransaction(int at, int count)
    {
        _text.Append(new string('a', 400_000));
        var model = Encoding.ASCII.GetBytes(new string('a', 400_000)).ToList();
        byte[] bytes = [.. Enumerable.Range(0, count).Select(i => (byte)('b' + (i % 20)))];
        model.RemoveRange(at, Math.Min(count, model.Count - at));
        model.InsertRange(at, bytes);
        using (var stream = _text.OpenStream(FileAccess.ReadWrite))
        {
            long before = _fixture.Pool.GetStatistics().Commits;
            stream.Position = at;
            stream.Write(bytes);
            Assert.Equal(before + 1, _fixture.Pool.GetStatistics().Commits);
            Assert.Equal(at + count, stream.Position);
            Assert.Equal(at + count < 400_000 ? 'a' : -1, stream.ReadByte());
        }

        Assert.Equal(Encoding.ASCII.GetString([.. model]), _text.ToString());
    }

    [Fact]
    public void Write_OverManyPagesInATransaction_GoesOnWhereItWas()
    {
        using var transaction = _fixture.Pool.BeginTransaction();
        var text = new VMemString(transaction, Pool.StartAddress);
        text.Append(new string('a', 400_000));
        using (var stream = text.OpenStream(FileAccess.ReadWrite))
        {
            for (var i = 0; i < 3; i++)
            {
                stream.Write(Enumerable.Repeat((byte)('b' + i), 100_000).ToArray());
                stream.WriteByte((byte)'x');
            }

            Assert.Equal('a', stream.ReadByte());
        }

        string expected = string.Concat("bcd".Select(c => new string(c, 100_000) + "x"));
        Assert.Equal(expected + new string('a', 400_000 - expected.Length), text.ToString());
        transaction.Commit();
    }

    [Fact]
    public void Write_FarBehindTheEnd_IsRefusedBeforePagesAreFilled()
    {
        using var stream = _text.OpenStream(FileAccess.ReadWrite);
        stream.WriteByte((byte)'a');
        long pages = _fixture.Pool.GetStatistics().PageCount;
        foreach (long position in (long[])[long.MaxValue, long.MaxValue - 10, TextPages.MaxBytes])
        {
            stream.Position = position;
            Assert.Throws<LimitExceededException>(() => stream.WriteByte(1));
            Assert.Throws<LimitExceededException>(() => stream.Write(new byte[20]));
        }

        Assert.Throws<LimitExceededException>(() => stream.SetLength(TextPages.MaxBytes + 1));
        Assert.Equal((pages, 1), (_fixture.Pool.GetStatistics().PageCount, _text.ByteCount));
    }

    [Fact]
    public void Can_EachAccess_SaysWhatIsAllowed()
    {
        foreach (var access in (FileAccess[])[FileAccess.Read, FileAccess.Write, FileAccess.ReadWrite])
        {
            var stream = _text.OpenStream(access);
            Assert.Equal(access != FileAccess.Write, stream.CanRead);
            Assert.Equal(access != FileAccess.Read, stream.CanWrite);
            Assert.True(stream.CanSeek);
            Assert.False(stream.CanTimeout);
            stream.Dispose();
            stream.Dispose();
            Assert.False(stream.CanRead || stream.CanWrite || stream.CanSeek);
            Assert.Throws<ObjectDisposedException>(() => stream.Position);
            Assert.Throws<ObjectDisposedException>(() => stream.Length);
            Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
            Assert.Throws<ObjectDisposedException>(() => stream.WriteByte(1));
            Assert.Throws<ObjectDisposedException>(stream.Flush);
            Assert.Throws<ObjectDisposedException>(() => stream.Seek(0, SeekOrigin.Current));
        }

        using var reading = _text.OpenStream();
        Assert.Throws<NotSupportedException>(() => reading.WriteByte(1));
        Assert.Throws<NotSupportedException>(() => reading.SetLength(0));
        using var writing = _text.OpenStream(FileAccess.Write);
        Assert.Throws<NotSupportedException>(() => writing.ReadByte());
        Assert.Throws<ArgumentOutOfRangeException>(() => _text.OpenStream(0));
        Assert.Throws<IOException>(() => writing.Seek(-1, SeekOrigin.Begin));
        Assert.Throws<IOException>(() => writing.Seek(-1, SeekOrigin.End));
        Assert.Throws<ArgumentOutOfRangeException>(() => writing.Position = -1);
        Assert.Equal(2, _fixture.Pool.GetStatistics().OpenSnapshots - 1 + (reading.CanRead ? 2 : 0));
    }

    [Fact]
    public void Read_OutsideTransaction_KeepsItsMoment()
    {
        _text.Append("first");
        using var reading = new StreamReader(_text.OpenStream());
        using var both = _text.OpenStream(FileAccess.ReadWrite);
        _text.Set("second");
        Assert.Equal("first", reading.ReadToEnd());
        Assert.Equal('s', both.ReadByte());
        _text.Set("third");
        Assert.Equal('e', both.ReadByte());
        both.WriteByte((byte)'!');
        Assert.Equal('r', both.ReadByte());
        Assert.Equal("th!rd", _text.ToString());
    }

    [Fact]
    public void Read_TransactionIsOver_Throws()
    {
        var transaction = _fixture.Pool.BeginTransaction();
        var text = new VMemString(transaction, Pool.StartAddress);
        text.Append("text");
        using var stream = text.OpenStream(FileAccess.ReadWrite);
        Assert.Equal('t', stream.ReadByte());
        transaction.Commit();
        Assert.Throws<TransactionException>(() => stream.ReadByte());
        Assert.Throws<TransactionException>(() => stream.WriteByte(1));
        Assert.Equal("text", _text.ToString());
    }

    [Fact]
    public void Read_TransactionChangesTheText_FollowsIt()
    {
        using var transaction = _fixture.Pool.BeginTransaction();
        var text = new VMemString(transaction, Pool.StartAddress);
        text.Append(new string('a', 10_000));
        using var stream = text.OpenStream();
        stream.Position = 9_000;
        Assert.Equal('a', stream.ReadByte());
        text.Remove(0, 5_000);
        Assert.Equal(-1, stream.ReadByte());
        text.Append(new string('b', 10_000));
        Assert.Equal('b', stream.ReadByte());
        Assert.Equal(9_002, stream.Position);
    }

    [Fact]
    public async Task Async_Calls_DoAsTheOthers()
    {
        string text = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i} é€😀\n"));
        await using (var writer = new StreamWriter(_text.OpenStream(FileAccess.Write)))
        {
            await writer.WriteAsync(text);
        }

        Assert.True(_text.ByteCount > 500_000);
        using (var reader = new StreamReader(_text.OpenStream(FileAccess.Read)))
        {
            Assert.Equal(text, await reader.ReadToEndAsync());
        }

        using var memory = new MemoryStream();
        await _text.OpenStream().CopyToAsync(memory);
        Assert.Equal(text, Encoding.UTF8.GetString(memory.ToArray()));
        using var stream = _text.OpenStream(FileAccess.ReadWrite);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await stream.ReadExactlyAsync(new byte[1], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await stream.WriteAsync(new byte[1], cancelled));
        await stream.FlushAsync();
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public void Sequential_Reads_CostOnePageAccessOrTwoAPage()
    {
        _text.Append(new string('a', 400 * 4048));
        using var stream = _text.OpenStream();
        byte[] part = new byte[4048];
        stream.ReadExactly(part);
        var before = _fixture.Pool.GetStatistics();
        for (int i = 1; i < 400; i++)
        {
            stream.ReadExactly(part);
        }

        var after = _fixture.Pool.GetStatistics();

        // The state's page, the page before, the page itself, and the locator's look at the state.
        Assert.InRange(after.Hits + after.Misses - before.Hits - before.Misses, 399, 5 * 400);
    }

    private void Compare(Stream stream, int calls)
    {
        int seed = Environment.TickCount;
        _output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var model = new MemoryStream();
        for (int i = 0; i < calls; i++)
        {
            Step(random, stream, model);
            Assert.Equal((model.Position, model.Length), (stream.Position, stream.Length));
        }

        stream.Position = 0;
        byte[] all = new byte[model.Length];
        stream.ReadExactly(all);
        Assert.Equal(model.ToArray(), all);
        Assert.Equal(-1, stream.ReadByte());
    }

    private static void Step(Random random, Stream stream, MemoryStream model)
    {
        byte[] bytes = new byte[random.Next(1, random.Next(5) == 0 ? 12_000 : 100)];
        random.NextBytes(bytes);
        switch (random.Next(12))
        {
            case < 4:
                stream.Write(bytes);
                model.Write(bytes);
                break;
            case 4:
                stream.WriteByte(7);
                model.WriteByte(7);
                break;
            case < 8:
                byte[] other = new byte[bytes.Length];
                int count = stream.Read(bytes, 0, bytes.Length);
                Assert.Equal(model.Read(other, 0, other.Length), count);
                Assert.Equal(other.AsSpan(0, count), bytes.AsSpan(0, count));
                break;
            case 8:
                Assert.Equal(model.ReadByte(), stream.ReadByte());
                break;
            case < 11:
                long place = random.NextInt64(model.Length + 1_000);
                Assert.Equal(model.Seek(place, SeekOrigin.Begin), stream.Seek(place, SeekOrigin.Begin));
                break;
            default:
                long length = random.NextInt64(model.Length + 1_000);
                stream.SetLength(length);
                model.SetLength(length);
                break;
        }
    }
}

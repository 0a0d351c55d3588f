using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>The calls that block no thread do as the others.</summary>
public sealed class ListAsyncTests : IDisposable
{
    private static readonly CancellationToken s_cancelled = new(canceled: true);

    private readonly PoolFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task List_AllVerbs_DoAsTheOthers()
    {
        var list = new VMemList<long>(_fixture.Pool, Pool.StartAddress);
        var first = await list.AddAsync(1);
        Assert.Equal(list.FirstPosition, first);
        await list.AddRangeAsync(new long[] { 2, 3, 4, 5 });
        Assert.Equal(first, await list.InsertAsync(first, 0));
        Assert.Equal([0, 1, 2, 3, 4, 5], list);
        Assert.Equal(list.FirstPosition, await list.RemoveAtAsync(first));
        Assert.Equal(
            ItemPosition.End, await list.RemoveRangeAsync(list.PositionAt(3), ItemPosition.End));
        Assert.Equal([1, 2, 3], list);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await list.AddAsync(9, s_cancelled));
        await Assert.ThrowsAsync<ArgumentException>(async () => await list.RemoveAtAsync(ItemPosition.End));
        Assert.Equal([1, 2, 3], list);
        Assert.Equal(list.FirstPosition, await list.AddFirstAsync(0));
        var added = Enumerable.Range(4, 6).Select(i => (long)i);
        var at = await list.InsertRangeAsync(ItemPosition.End, added);
        Assert.Equal(list.PositionAt(4), at);
        await list.SetAsync(list.FirstPosition, 20);
        Assert.Equal(4, await list.RemoveWhereAsync(item => item % 2 == 1 && item < 9));
        Assert.Equal([20, 2, 4, 6, 8, 9], list);
        Assert.True(await list.RemoveAsync(6));
        Assert.Equal((true, 20), await list.TryRemoveFirstAsync());
        Assert.Equal((true, 9), await list.TryRemoveLastAsync());
        Assert.Equal([2, 4, 8], list);
        await list.ClearAsync();
        Assert.Equal(0, list.Count);
    }

    [Fact]
    public async Task Stack_AllVerbs_DoAsTheOthers()
    {
        using var transaction = await _fixture.Pool.BeginTransactionAsync();
        var stack = new VMemStack<long>(transaction, Pool.StartAddress);
        await stack.PushAsync(1);
        await stack.PushRangeAsync(new long[] { 2, 3 });
        Assert.Equal(3, await stack.PopAsync());
        Assert.Equal((true, 2), await stack.TryPopAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stack.PopAsync(s_cancelled));
        Assert.Equal([1], stack);
        await stack.ClearAsync();
        Assert.Equal((false, 0), await stack.TryPopAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stack.PopAsync());
        Assert.False(transaction.IsDoomed);
        await transaction.CommitAsync();
    }

    [Fact]
    public async Task String_AllVerbs_DoAsTheOthers()
    {
        var text = new VMemString(_fixture.Pool, Pool.StartAddress);
        await text.AppendAsync("a€b");
        await text.AppendAsync("");
        await text.InsertAsync(4, "-".AsMemory());
        await text.ReplaceAsync(0, 1, "xyz".AsMemory());
        Assert.Equal("xyz€-b", text.ToString());
        await text.RemoveAsync(3, 3);
        await text.TruncateAsync(4);
        Assert.Equal("xyz-", text.ToString());
        await Assert.ThrowsAsync<ArgumentException>(async () => await text.AppendAsync("\uD83D"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await text.RemoveAsync(3, 3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await text.SetAsync("new".AsMemory(), s_cancelled));
        await text.SetAsync("new".AsMemory());
        Assert.Equal("new", text.ToString());
        await text.ClearAsync();
        Assert.True(text.IsEmpty);
    }

    [Fact]
    public async Task Stream_WritesAtOnce_WaitForTheWritersPlace()
    {
        var text = new VMemString(_fixture.Pool, Pool.StartAddress);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await Task.Yield();
            await text.AppendAsync(new string((char)('a' + i), 1_000));
        }));
        string all = text.ToString();
        Assert.Equal(20_000, all.Length);
        Assert.Equal(20, all.Chunk(1_000).Count(part => part.Distinct().Count() == 1));
        await using var stream = text.OpenStream(FileAccess.ReadWrite);
        await stream.WriteAsync("bytes"u8.ToArray());
        await stream.WriteAsync(Array.Empty<byte>());
        Assert.Equal(5, stream.Position);
        Assert.StartsWith("bytes", text.ToString(), StringComparison.Ordinal);
    }
}

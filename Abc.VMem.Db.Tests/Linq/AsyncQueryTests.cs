using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Tests.Linq;

public sealed class AsyncQueryTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    private IQueryable<Thing> Query => database.Indexed.AsQueryable();

    [Fact]
    public async Task ToListAsync_Rows_AreThoseOfToList() =>
        Assert.Equal(
            Query.Where(x => x.Age > 30).Select(x => x.Id).ToList(),
            await Query.Where(x => x.Age > 30).Select(x => x.Id).ToListAsync());

    [Fact]
    public async Task Ends_Async_AreThoseOfTheSyncForms()
    {
        Assert.Equal(Query.OrderBy(x => x.Age).First().Id, (await Query.OrderBy(x => x.Age).FirstAsync()).Id);
        Assert.Null(await Query.Where(x => x.Age > 1000).FirstOrDefaultAsync());
        Assert.Equal(7, (await Query.Where(x => x.Id == 7).SingleAsync()).Id);
        Assert.Null(await Query.Where(x => x.Id == 7000).SingleOrDefaultAsync());
        Assert.True(await Query.AnyAsync());
        Assert.Equal(240, await Query.CountAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Query.Where(x => x.Age > 1000).FirstAsync());
    }

    [Fact]
    public async Task AsAsyncEnumerable_Rows_ComeInOrder()
    {
        var ids = new List<int>();
        await foreach (var thing in Query.OrderByDescending(x => x.Id).Take(5).AsAsyncEnumerable())
        {
            ids.Add(thing.Id);
        }

        Assert.Equal([240, 239, 238, 237, 236], ids);
    }

    [Fact]
    public async Task Async_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Query.ToListAsync(source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Query.CountAsync(source.Token));
    }
}

using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>The seed's test of its page. What the seed calls a page is a pointer here.</summary>
public sealed class PageTests
{
    /// <summary>
    /// The seed moves a page to another variable, and the old one is null. Here an assignment is the same pointer; to
    /// go on with another one is a copy, after which the first one can be disposed, and refuses.
    /// </summary>
    [Fact]
    public void Move()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var page2 = transaction.Allocate();
        Assert.Equal(2, page2.Position.Value);
        page2.Write<int>() = 42;

        var same = page2;
        Assert.Same(page2, same);
        using var page2Moved = page2.Copy();
        page2.Dispose();
        Assert.Equal(2, page2Moved.Position.Value);
        Assert.Equal(42, page2Moved.Read<int>());
        Assert.Throws<ObjectDisposedException>(() => page2.Read<int>());
        Assert.Throws<ObjectDisposedException>(() => same.Write<int>() = 43);

        transaction.Free(page2Moved.Position);
        transaction.Commit();
        fixture.AssertUsed();
    }
}

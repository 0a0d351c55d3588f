using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>The seed's test of a container that clears itself.</summary>
public sealed class TempTests
{
    /// <summary>Outside of a transaction the list would have a page for its state, so this is inside of one.</summary>
    [Fact]
    public void Destructor()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        using (var list = new TemporaryList<SeedItemMany>(transaction))
        {
            SeedLists.InsertItems(list, 8);
            //// | (2) 00 01 02 03 | (3) 04 05 06 07 |
        }

        foreach (var expected in (long[])[3, 2])
        {
            using var page = transaction.Allocate();
            Assert.Equal(expected, page.Position.Value);
        }

        transaction.Commit();
        fixture.AssertUsed(2, 3);
    }
}

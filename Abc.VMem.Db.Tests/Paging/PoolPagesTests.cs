using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Paging;

/// <summary>Pages that a program allocates, changes and frees.</summary>
public sealed class PoolPagesTests : IDisposable
{
    private readonly PoolFixture _fixture = new();

    private Pool Pool => _fixture.Pool;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Allocate_NewAndReusedPages_AreZeros()
    {
        var first = Pool.Allocate();
        using (var transaction = Pool.BeginTransaction())
        {
            using (var page = transaction.Write(first))
            {
                page.Bytes.Fill(0xEE);
            }

            transaction.Commit();
        }

        Pool.Free(first);
        Assert.Equal(first, Pool.Allocate());
        using var again = Pool.Read(first);
        Assert.Equal(Page.Size - 48, again.Bytes.Length);
        Assert.Equal(-1, again.Bytes.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Allocate_RolledBack_LeavesNoPage()
    {
        using (var transaction = Pool.BeginTransaction())
        {
            for (var i = 0; i < 100; i++)
            {
                using var page = transaction.Allocate();
                page.Write<int>() = i;
            }
        }

        _fixture.AssertUsed();
        Assert.Equal(new PagePos(2), Pool.Allocate());
    }

    /// <summary>A bulk of fresh pages goes to the file before the commit, so it needs no memory.</summary>
    [Fact]
    public void Allocate_ManyTimesTheCapInOneTransaction_Works()
    {
        using (var transaction = Pool.BeginTransaction())
        {
            for (var i = 0; i < 500; i++)
            {
                using var page = transaction.Allocate();
                page.Write<int>() = i;
            }

            transaction.Commit();
        }

        _fixture.Reopen();
        for (var i = 0; i < 500; i++)
        {
            using var page = Pool.Read(new PagePos(2 + i));
            Assert.Equal(i, page.Read<int>());
        }
    }

    /// <summary>A page can be free in three ways; each of them is noticed, in one transaction and in several.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Free_TwiceInAnyOrder_Throws(bool isOneTransaction, bool isReopened)
    {
        foreach (var order in (int[][])[[0, 0], [0, 1, 0], [0, 1, 1], [0, 1, 2, 1], [2, 1, 0, 2], [3, 0, 1, 2, 0]])
        {
            var positions = Enumerable.Range(0, 4).Select(_ => Pool.Allocate()).ToList();
            var transaction = isOneTransaction ? Pool.BeginTransaction() : null;
            Action<PagePos> free = transaction is null ? Pool.Free : transaction.Free;
            foreach (var i in order[..^1])
            {
                free(positions[i]);
            }

            if (isReopened)
            {
                _fixture.Reopen();
                free = Pool.Free;
            }

            var error = Assert.Throws<InvalidOperationException>(() => free(positions[order[^1]]));
            Assert.Contains("is free", error.Message, StringComparison.Ordinal);
            transaction?.Commit();
            transaction?.Dispose();
            var left = positions.Where((_, i) => !order.Contains(i)).ToList();
            _fixture.AssertUsed([.. left.Select(position => position.Value)]);
            left.ForEach(position => Pool.Free(position));
        }
    }

    [Fact]
    public void Free_FreshPagesOfTheSameTransactionAfterReopen_IsNoticed()
    {
        var positions = new List<PagePos>();
        using (var transaction = Pool.BeginTransaction())
        {
            for (var i = 0; i < 60; i++)
            {
                using var page = transaction.Allocate();
                positions.Add(page.Position);
            }

            positions.ForEach(transaction.Free);
            transaction.Commit();
        }

        Pool.Checkpoint();
        _fixture.Reopen();
        _fixture.AssertUsed();
        foreach (var position in positions)
        {
            Assert.Throws<InvalidOperationException>(() => Pool.Free(position));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void FreeAndPin_NoSuchPage_Throws(long position)
    {
        Pool.Allocate();
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Free(new PagePos(position)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Read(new PagePos(position)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Write(new PageAddress(new(position), 100), 1));
        Assert.Equal((0, 0), (Pool.GetStatistics().Pointers, Pool.GetStatistics().OpenSnapshots));
    }

    [Fact]
    public void Free_StartPage_Throws()
    {
        Pool.Allocate();
        Assert.Throws<InvalidOperationException>(() => Pool.Free(PagePos.Start));
        _fixture.AssertUsed(2);
    }

    [Fact]
    public void Free_PageOfAStructure_ThrowsAndLeavesTheTransactionUsable()
    {
        var map = new PageAddress(PagePos.Start, 128);
        using var transaction = Pool.BeginTransaction();
        var pages = transaction.EnterWrite();
        BTree.Put(pages, map, "key"u8, "value"u8);
        transaction.ExitWrite(pages);
        var error = Assert.Throws<InvalidOperationException>(() => transaction.Free(new PagePos(2)));
        Assert.Contains("MapLeaf", error.Message, StringComparison.Ordinal);
        Assert.False(transaction.IsDoomed);
        Assert.Throws<ArgumentException>(() => transaction.Write(new PagePos(2)));
        transaction.Commit();
        _fixture.AssertUsed(2);
    }

    [Theory]
    [InlineData(47)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4097)]
    [InlineData(int.MinValue)]
    public void Pin_NoSuchByte_Throws(int offset)
    {
        var address = new PageAddress(Pool.Allocate(), offset);
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Read(address));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Write(address, 1));
        using var transaction = Pool.BeginTransaction();
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Read(address));
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Write(address));
        Assert.Equal(0, Pool.GetStatistics().Pointers);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(127)]
    public void Write_HeadOfTheStartPage_Throws(int offset)
    {
        using var transaction = Pool.BeginTransaction();
        Assert.Throws<ArgumentException>(() => transaction.Write(new PageAddress(PagePos.Start, offset)));
        using var pointer = transaction.Read(new PageAddress(PagePos.Start, offset));
        Assert.Equal(4096 - offset, pointer.Bytes.Length);
    }

    [Fact]
    public void Write_Implicit_IsOneCommit()
    {
        var position = Pool.Allocate();
        var address = new PageAddress(position, 1_000);
        var commits = Pool.GetStatistics().Commits;
        Pool.Write(address, 0x1122334455667788L);
        Pool.Write(address.Plus(4), (short)-1);
        Assert.Equal(commits + 2, Pool.GetStatistics().Commits);
        _fixture.Reopen();
        using var pointer = Pool.Read(address);
        Assert.Equal(0x1122FFFF55667788L, pointer.Read<long>());
    }

    [Fact]
    public void Write_ValueOverTheEndOfThePage_ThrowsAndChangesNothing()
    {
        var position = Pool.Allocate();
        var commits = Pool.GetStatistics().Commits;
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Write(new PageAddress(position, 4092), 1L));
        Assert.Equal(commits, Pool.GetStatistics().Commits);
        Pool.Write(new PageAddress(position, 4088), 1L);
    }

    /// <summary>A call that ran out of memory half-way must not leave a page that nobody has.</summary>
    [Fact]
    public void Allocate_NoFrameLeft_LosesNoPage()
    {
        var pointers = new List<PagePtr>();
        using (var transaction = Pool.BeginTransaction())
        {
            Assert.Throws<LimitExceededException>(() =>
            {
                for (var i = 0; i < 100; i++)
                {
                    pointers.Add(transaction.Allocate());
                }
            });
            Assert.InRange(pointers.Count, 10, 16);
            Assert.True(transaction.IsDoomed);
            Assert.Throws<TransactionException>(transaction.Commit);
            pointers.ForEach(pointer => pointer.Dispose());
        }

        _fixture.AssertUsed();
        Assert.Equal(new PagePos(2), Pool.Allocate());
        _fixture.AssertUsed(2);
    }

    [Fact]
    public void State_WhereNoneCanLie_Throws()
    {
        var position = Pool.Allocate();
        Assert.Throws<ArgumentOutOfRangeException>(() => Locate(new(PagePos.Root, 128)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Locate(new(PagePos.Start, 127)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Locate(new(PagePos.Start, 4065)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Locate(new(position, 47)));
        Assert.Throws<ArgumentException>(() => Locate(new(new PagePos(3), 48)));
        Assert.Throws<ArgumentException>(() => Locate(new(new PagePos(long.MaxValue), 48)));
        Assert.False(Locate(new(position, 48)));
        Assert.False(Locate(new(position, 4064)));
        Assert.False(Locate(Pool.StartAddress));
        Pool.Free(position);
        Assert.Throws<ArgumentException>(() => Locate(new(position, 48)));
    }

    [Fact]
    public void State_OnOtherBytesOrOfOtherStructure_Throws()
    {
        _fixture.IsDamaged = true;
        Pool.Write(Pool.StartAddress.Plus(3), 7);
        var error = Assert.Throws<ArgumentException>(() => Locate(Pool.StartAddress));
        Assert.Contains("no state", error.Message, StringComparison.Ordinal);
        Pool.Write(Pool.StartAddress.Plus(3), 0);
        Assert.False(Locate(Pool.StartAddress));
        Pool.Write(Pool.StartAddress.Plus(30), StateKind.List);
        error = Assert.Throws<ArgumentException>(() => Locate(Pool.StartAddress));
        Assert.Contains("another structure (List)", error.Message, StringComparison.Ordinal);
        Pool.Write(Pool.StartAddress.Plus(30), StateKind.Map);
        Assert.True(Locate(Pool.StartAddress));
    }

    private bool Locate(PageAddress address)
    {
        var locator = new AddressLocator(Pool, address, StateKind.Map);
        var pages = Pool.EnterRead();
        try
        {
            return locator.TryFind(pages, out _);
        }
        finally
        {
            Pool.ExitRead(pages);
        }
    }
}

using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Paging;

public sealed class PagePtrTests : IDisposable
{
    private readonly PoolFixture _fixture = new();

    private Pool Pool => _fixture.Pool;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Equals_SamePageAndOffset_IsTrue()
    {
        using var first = Pool.Read(Pool.StartAddress);
        using var second = Pool.Read(Pool.StartAddress);
        using var further = Pool.Read(Pool.StartAddress.Plus(22));
        using var back = further.At(-22);
        PagePtr? none = null;

        Assert.True(first == second);
        Assert.True(first.Equals((object)back));
        Assert.Equal(first.GetHashCode(), back.GetHashCode());
        Assert.True(first != further);
        Assert.False(first == none);
        Assert.False(none == first);
        Assert.True(none == null);
        Assert.False(first.Equals(none));
        Assert.Equal("1:128", first.ToString());
    }

    [Fact]
    public void Equals_SameOffsetOfOtherPage_IsFalse()
    {
        using var first = Pool.Read(Pool.Allocate());
        using var second = Pool.Read(Pool.Allocate());
        Assert.Equal(first.Offset, second.Offset);
        Assert.True(first != second);
    }

    [Fact]
    public void Assignment_MakesNoOtherPointer()
    {
        var first = Pool.Read(Pool.StartAddress);
        var same = first;
        Assert.Equal(1, Pool.GetStatistics().Pointers);
        first.Dispose();
        Assert.Equal(0, Pool.GetStatistics().Pointers);
        Assert.Throws<ObjectDisposedException>(() => same.Read<int>());
    }

    [Theory]
    [InlineData(Origin.Pool)]
    [InlineData(Origin.Snapshot)]
    [InlineData(Origin.Transaction)]
    [InlineData(Origin.Writable)]
    public void Copy_EitherDisposedFirst_LeavesTheOther(Origin origin)
    {
        var position = WrittenPage(42);
        using var source = Open(origin);
        foreach (var firstGoes in (bool[])[true, false])
        {
            var first = Pin(source, position);
            var copy = first.Copy();
            Assert.Equal(2, Pool.GetStatistics().Pointers);
            Assert.True(first == copy);
            Assert.Equal(first.GetType(), copy.GetType());
            (firstGoes ? first : copy).Dispose();
            var other = firstGoes ? copy : first;
            Assert.Equal(42, other.Read<long>());
            Assert.Equal(1, Pool.GetStatistics().Pointers);
            Assert.Throws<ObjectDisposedException>(() => (firstGoes ? first : copy).Read<long>());
            other.Dispose();
            Assert.Equal(0, Pool.GetStatistics().Pointers);
        }
    }

    [Fact]
    public void Copy_OfImplicitPointer_KeepsItsSnapshotUntilTheLastIsGone()
    {
        var position = WrittenPage(1);
        var first = Pool.Read(position);
        var second = first.At(8);
        var third = second.Copy();
        Pool.Write(ProgramPages.PayloadOf(position), 2L);
        first.Dispose();
        Assert.Equal(1, Pool.GetStatistics().OpenSnapshots);
        using (var origin = second.At(-8))
        {
            Assert.Equal(1, origin.Read<long>());
        }

        second.Dispose();
        Assert.Equal(0, third.Read<long>());
        third.Dispose();
        Assert.Equal(0, Pool.GetStatistics().OpenSnapshots);
    }

    [Fact]
    public void Dispose_Twice_UnpinsOnce()
    {
        using var other = Pool.Read(Pool.StartAddress);
        var pointer = Pool.Read(Pool.StartAddress);
        pointer.Dispose();
        pointer.Dispose();
        Assert.Equal(1, Pool.GetStatistics().Pointers);
        Assert.Equal(0, other.Read<int>());
        Assert.Throws<ObjectDisposedException>(() => pointer.Bytes.Length);
        Assert.Throws<ObjectDisposedException>(() => pointer.Copy());
        Assert.Equal(Pool.StartAddress, pointer.Address);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Access_AfterTransaction_Throws(bool isCommitted)
    {
        var transaction = Pool.BeginTransaction();
        var written = transaction.Allocate();
        written.Write<int>() = 7;
        var read = transaction.Read(written.Position);
        Assert.Equal(7, read.Read<int>());
        if (isCommitted)
        {
            transaction.Commit();
        }
        else
        {
            transaction.Dispose();
        }

        foreach (var pointer in (PagePtr[])[written, read])
        {
            AssertOver(() => pointer.Read<int>());
            AssertOver(() => pointer.Copy());
        }

        AssertOver(() => written.Write<int>() = 8);
        AssertOver(() => written.Bytes.Clear());
        Assert.Equal(2, Pool.GetStatistics().Pointers);
        written.Dispose();
        read.Dispose();
        Assert.Equal(0, Pool.GetStatistics().Pointers);
        _fixture.AssertUsed(isCommitted ? [2] : []);
    }

    [Fact]
    public void Access_AfterSnapshot_Throws()
    {
        var snapshot = Pool.BeginSnapshot();
        using var pointer = snapshot.Read(Pool.StartAddress);
        using var copy = pointer.Copy();
        snapshot.Dispose();
        AssertOver(() => pointer.Read<int>());
        AssertOver(() => copy.Read<int>());
    }

    [Theory]
    [InlineData(Origin.Pool)]
    [InlineData(Origin.Snapshot)]
    [InlineData(Origin.Transaction)]
    [InlineData(Origin.Writable)]
    public void Access_AfterPool_Throws(Origin origin)
    {
        var position = WrittenPage(9);
        using var source = Open(origin);
        using var pointer = Pin(source, position);
        Pool.Dispose();
        Assert.ThrowsAny<Exception>(() => pointer.Read<long>());
        Assert.ThrowsAny<Exception>(() => pointer.Bytes.Length);
        if (pointer is WritablePagePtr writable)
        {
            AssertOver(() => writable.Write<long>() = 1);
        }

        pointer.Dispose();
        _fixture.Reopen();
        using var again = Pool.Read(position);
        Assert.Equal(9, again.Read<long>());
    }

    [Fact]
    public void Read_PageChangedInTheSameTransaction_FollowsIt()
    {
        var position = WrittenPage(1);
        using var transaction = Pool.BeginTransaction();
        using var before = transaction.Read(position);
        using var further = before.At(8);
        Assert.Equal(1, before.Read<long>());
        using (var writable = transaction.Write(position))
        {
            writable.Write<long>() = 2;
            writable.Write<long>(8) = 3;
            Assert.Equal((2L, 3L), (before.Read<long>(), further.Read<long>()));
            writable.Write<long>() = 4;
        }

        Assert.Equal(4, before.Read<long>());
        using var outside = Pool.Read(position);
        Assert.Equal(1, outside.Read<long>());
    }

    [Fact]
    public async Task Read_SnapshotWhileTheWriterWrites_ShowsItsMoment()
    {
        var position = WrittenPage(0);
        using var snapshot = Pool.BeginSnapshot();
        using var pointer = snapshot.Read(position);
        var writer = Task.Run(() =>
        {
            for (var i = 1L; i <= 200; i++)
            {
                Pool.Write(ProgramPages.PayloadOf(position), i);
            }
        });
        while (!writer.IsCompleted)
        {
            Assert.Equal(0, pointer.Read<long>());
            using var fresh = Pool.Read(position);
            Assert.InRange(fresh.Read<long>(), 0, 200);
        }

        await writer;
        Assert.Equal(0, pointer.Read<long>());
        using var last = Pool.Read(position);
        Assert.Equal(200, last.Read<long>());
    }

    [Theory]
    [InlineData(4096 - 128 - 8, 0)]
    [InlineData(0, 4096 - 128 - 8)]
    [InlineData(100, 4096 - 128 - 108)]
    public void ReadWrite_LastValueOfThePage_Fits(int from, int offset)
    {
        using var transaction = Pool.BeginTransaction();
        using var pointer = transaction.Write(Pool.StartAddress.Plus(from));
        pointer.Write<long>(offset) = -1;
        Assert.Equal(-1, pointer.Read<long>(offset));
        Assert.Equal(8, pointer.Bytes[offset..].Length);
        Assert.Equal(pointer.Bytes.Length, pointer.Bytes.Length);
    }

    [Theory]
    [InlineData(4096 - 128 - 7, 0)]
    [InlineData(0, 4096 - 128 - 7)]
    [InlineData(0, -1)]
    [InlineData(0, int.MaxValue)]
    [InlineData(0, int.MinValue)]
    [InlineData(4096 - 128, 0)]
    public void ReadWrite_BeyondThePage_Throws(int from, int offset)
    {
        using var transaction = Pool.BeginTransaction();
        using var pointer = transaction.Write(Pool.StartAddress.Plus(from));
        Assert.Throws<ArgumentOutOfRangeException>(() => pointer.Read<long>(offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => pointer.Write<long>(offset) = 1);
    }

    [Theory]
    [InlineData(-1 - 80)]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void At_OutsideThePayload_Throws(int bytes)
    {
        using var pointer = Pool.Read(Pool.StartAddress);
        Assert.Throws<ArgumentOutOfRangeException>(() => pointer.At(bytes));
        Assert.Equal(1, Pool.GetStatistics().Pointers);
    }

    [Fact]
    public void At_EndOfThePage_PointsToNoBytes()
    {
        using var pointer = Pool.Read(new PageAddress(PagePos.Start, 4096));
        Assert.True(pointer.Bytes.IsEmpty);
        using var last = pointer.At(-1);
        Assert.Equal(1, last.Bytes.Length);
    }

    [Fact]
    public void Read_AnyOrigin_GivesAPointerThatOnlyReads()
    {
        var position = WrittenPage(1);
        using var transaction = Pool.BeginTransaction();
        using var snapshot = Pool.BeginSnapshot();
        foreach (var pointer in (PagePtr[])[Pool.Read(position), snapshot.Read(position), transaction.Read(position)])
        {
            Assert.IsType<PagePtr>(pointer, exactMatch: true);
            pointer.Dispose();
        }
    }

    /// <summary>The head of the start page says who manages the file: writing over it locked its owner out.</summary>
    [Fact]
    public void At_BeforeTheProgramsBytesOfTheStartPage_IsNotForWriting()
    {
        using var transaction = Pool.BeginTransaction();
        using var pointer = transaction.Write(Pool.StartAddress);
        Assert.Throws<ArgumentOutOfRangeException>(() => pointer.At(-1));
        using var reading = transaction.Read(Pool.StartAddress);
        using var head = reading.At(-80);
        Assert.Equal(2u, head.Read<uint>());
    }

    [Fact]
    public void Read_PageFreedMeanwhile_Throws()
    {
        using var transaction = Pool.BeginTransaction();
        PagePos position;
        using (var made = transaction.Allocate())
        {
            position = made.Position;
        }

        using var pointer = transaction.Read(position);
        Assert.Equal(0, pointer.Read<long>());
        transaction.Free(position);
        Assert.Throws<InvalidOperationException>(() => pointer.Read<long>());
        Assert.Throws<ArgumentException>(() => transaction.Read(position));
    }

    [Fact]
    public void Write_PageFreedMeanwhile_Throws()
    {
        using var transaction = Pool.BeginTransaction();
        using var first = transaction.Allocate();
        using var second = transaction.Allocate();
        transaction.Free(first.Position);
        transaction.Free(second.Position);
        Assert.Throws<InvalidOperationException>(() => first.Write<int>() = 1);
        Assert.Throws<InvalidOperationException>(() => second.Bytes.Clear());
        using var again = transaction.Allocate();
        Assert.Equal(second.Position, again.Position);
        Assert.Equal(-1, again.Bytes.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Finalizer_ForgottenPointer_UnpinsAndReports()
    {
        var position = WrittenPage(1);
        var reports = new List<string>();
        PagePtr.LeakReport = message =>
        {
            lock (reports)
            {
                reports.Add(message);
            }
        };
        try
        {
            Forget(Pool, position);
            for (var i = 0; i < 50 && Pool.GetStatistics() is not { Pointers: 0, OpenSnapshots: 0 }; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            PagePtr.LeakReport = null;
        }

        Assert.Equal((0, 0), (Pool.GetStatistics().Pointers, Pool.GetStatistics().OpenSnapshots));
#if DEBUG
        var report = Assert.Single(reports, report => report.Contains(nameof(Forget), StringComparison.Ordinal));
        Assert.Contains("2:48", report, StringComparison.Ordinal);
#else
        Assert.Empty(reports);
#endif
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(Pool pool, PagePos position)
    {
        var pointer = pool.Read(position);
        Assert.Equal(1, pointer.Read<long>());
    }

    private static void AssertOver(Action access) =>
        Assert.Equal(TransactionFailure.Closed, Assert.Throws<TransactionException>(access).Reason);

    private static void AssertOver<T>(Func<T> access) => AssertOver(() => { access(); });

    private PagePos WrittenPage(long value)
    {
        var position = Pool.Allocate();
        Pool.Write(ProgramPages.PayloadOf(position), value);
        return position;
    }

    private IDisposable? Open(Origin origin) => origin switch
    {
        Origin.Snapshot => Pool.BeginSnapshot(),
        Origin.Transaction => Pool.BeginTransaction(),
        Origin.Writable => new Writable(Pool.BeginTransaction()),
        _ => null,
    };

    private PagePtr Pin(IDisposable? source, PagePos position) => source switch
    {
        PoolSnapshot snapshot => snapshot.Read(position),
        PoolTransaction transaction => transaction.Read(position),
        Writable writable => writable.Transaction.Write(position),
        _ => Pool.Read(position),
    };

    /// <summary>Where a pointer comes from.</summary>
    public enum Origin
    {
        Pool,
        Snapshot,
        Transaction,
        Writable,
    }

    private sealed record Writable(PoolTransaction Transaction) : IDisposable
    {
        public void Dispose() => Transaction.Dispose();
    }
}

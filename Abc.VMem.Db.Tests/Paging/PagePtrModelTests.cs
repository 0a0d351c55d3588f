using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Paging;

/// <summary>
/// Pages allocated, written, freed and pointed to at random, in transactions that commit or roll back: every pointer
/// shows what its moment says, however long it is held.
/// </summary>
public sealed class PagePtrModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(24, 1)]
    [InlineData(24, 2)]
    [InlineData(64, 3)]
    [InlineData(1024, 4)]
    public void RandomPages_PointersHeld_ShowTheirMoment(int cap, int seed)
    {
        output.WriteLine($"seed {seed}, cap {cap}");
        using var run = new Run(cap, seed);
        for (var round = 0; round < 150; round++)
        {
            run.Transact();
            run.HoldOutside();
            if (round % 30 == 29)
            {
                run.Reopen();
            }
        }
    }

    private sealed class Run : IDisposable
    {
        private readonly PoolFixture _fixture;
        private readonly Random _random;
        private readonly int _maxHeld;
        private readonly List<(PagePtr Pointer, long Value)> _outside = [];
        private readonly List<PagePtr> _reading = [];
        private readonly List<WritablePagePtr> _writing = [];
        private SortedDictionary<long, long> _committed = [];
        private SortedDictionary<long, long> _pages = [];
        private long _nextValue;

        public Run(int cap, int seed)
        {
            _random = new Random(seed);
            _maxHeld = cap / 12;
            _fixture = new PoolFixture(new EngineOptions
            {
                MaxMappedPages = cap,
                LogSegmentBytes = 64 << 10,
                CheckpointBytes = 128 << 10,
            });
        }

        private Pool Pool => _fixture.Pool;

        public void Transact()
        {
            _pages = new(_committed);
            using var transaction = Pool.BeginTransaction();
            try
            {
                for (var i = _random.Next(12); i >= 0; i--)
                {
                    Change(transaction);
                    Verify();
                }

                if (_random.Next(4) > 0)
                {
                    transaction.Commit();
                    _committed = _pages;
                }
            }
            catch (LimitExceededException)
            {
                // Nothing of the transaction is kept.
            }

            Drop(_reading);
            Drop(_writing);
            VerifyOutside();
        }

        public void HoldOutside()
        {
            if (_outside.Count > _maxHeld)
            {
                _outside[0].Pointer.Dispose();
                _outside.RemoveAt(0);
            }

            if (_committed.Count > 0)
            {
                var (position, value) = _committed.ElementAt(_random.Next(_committed.Count));
                _outside.Add((Pool.Read(new PagePos(position)), value));
                if (_random.Next(3) == 0)
                {
                    _outside.Add((_outside[^1].Pointer.Copy(), value));
                }
            }
        }

        public void Reopen()
        {
            DropOutside();
            _fixture.AssertUsed([.. _committed.Keys]);
            _fixture.Reopen();
            foreach (var (position, value) in _committed)
            {
                using var pointer = Pool.Read(new PagePos(position));
                Assert.Equal((value, value), (pointer.Read<long>(), pointer.Read<long>(4_032)));
            }
        }

        public void Dispose()
        {
            DropOutside();
            _fixture.Dispose();
        }

        private static void Drop<T>(List<T> pointers)
            where T : PagePtr
        {
            pointers.ForEach(pointer => pointer.Dispose());
            pointers.Clear();
        }

        private void Change(PoolTransaction transaction)
        {
            switch (_random.Next(8))
            {
                case 0 or 1:
                    var allocated = transaction.Allocate();
                    Assert.Equal((0, 0), (allocated.Read<long>(), allocated.Read<long>(4_032)));
                    _pages.Add(allocated.Position.Value, 0);
                    Write(allocated);
                    Hold(_writing, allocated);
                    break;
                case 2 when _pages.Count > 0:
                    var position = Any();
                    transaction.Free(position);
                    _pages.Remove(position.Value);
                    DropPointersTo(position);
                    break;
                case 3 or 4 when _pages.Count > 0:
                    var writable = transaction.Write(Any());
                    Write(writable);
                    Hold(_writing, writable);
                    break;
                case 5 when _writing.Count > 0:
                    Write(_writing[_random.Next(_writing.Count)]);
                    break;
                case 6 when _writing.Count > 0:
                    Hold<PagePtr>(_reading, _writing[_random.Next(_writing.Count)].Copy());
                    break;
                default:
                    if (_pages.Count > 0)
                    {
                        Hold(_reading, transaction.Read(Any()));
                    }

                    break;
            }
        }

        private PagePos Any() => new(_pages.ElementAt(_random.Next(_pages.Count)).Key);

        private void Write(WritablePagePtr pointer)
        {
            _nextValue++;
            pointer.Write<long>() = _nextValue;
            pointer.Write<long>(4_032) = _nextValue;
            _pages[pointer.Position.Value] = _nextValue;
        }

        private void Hold<T>(List<T> pointers, T pointer)
            where T : PagePtr
        {
            pointers.Add(pointer);
            if (pointers.Count > _maxHeld)
            {
                var index = _random.Next(pointers.Count);
                pointers[index].Dispose();
                pointers.RemoveAt(index);
            }
        }

        private void DropPointersTo(PagePos position)
        {
            DropFrom(_reading);
            DropFrom(_writing);

            void DropFrom<T>(List<T> pointers)
                where T : PagePtr
            {
                pointers.Where(pointer => pointer.Position == position).ToList().ForEach(pointer => pointer.Dispose());
                pointers.RemoveAll(pointer => pointer.Position == position);
            }
        }

        private void Verify()
        {
            foreach (var pointer in _reading.Concat(_writing))
            {
                var expected = _pages[pointer.Position.Value];
                Assert.Equal((expected, expected), (pointer.Read<long>(), pointer.Read<long>(4_032)));
            }

            VerifyOutside();
        }

        private void VerifyOutside()
        {
            foreach (var (pointer, expected) in _outside)
            {
                Assert.Equal((expected, expected), (pointer.Read<long>(), pointer.Read<long>(4_032)));
            }
        }

        private void DropOutside()
        {
            _outside.ForEach(held => held.Pointer.Dispose());
            _outside.Clear();
        }
    }
}

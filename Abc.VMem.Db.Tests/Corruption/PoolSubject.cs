using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>A program's pool with every structure, lists in a list, and pages of the program's own.</summary>
internal sealed class PoolSubject : DamageSubject
{
    private const int ProgramSlot = 30;

    private static readonly PageAddress[] s_slots =
        [.. Enumerable.Range(0, 40).Select(i => Pool.StartAddress.Plus(i * VMemState.Bytes))];

    public override string Name => "pool";

    public override IReadOnlyList<string> Parts { get; } =
    [
        "list", "list backward", "wide list", "container", "stack", "string", "text by characters", "lists in a list",
        "linked pages", "linked pages backward", "map", "map backward", "program page",
    ];

    public override int ExpensiveFrom => Parts.Count;

    public override int Commits => 7;

    public override Session Open(IFileSystem files, EngineOptions options) =>
        new PoolSession(Pool.Open(files, Path, options));

    [InlineArray(900)]
    private struct Wide
    {
        private byte _first;
    }

    private sealed class PoolSession(Pool pool) : Session
    {
        private PoolSnapshot? _snapshot;

        public override Engine Engine => pool.Engine;

        private PoolSnapshot Moment => _snapshot ?? throw new InvalidOperationException("No moment was taken.");

        public override void Commit(int number)
        {
            using var transaction = pool.BeginTransaction();
            Change(transaction, number);
            transaction.Commit();
        }

        public override void BeginRead() => _snapshot = pool.BeginSnapshot();

        public override void EndRead()
        {
            _snapshot?.Dispose();
            _snapshot = null;
        }

        public override bool Check() => pool.Check().IsWhole;

        public override void Write()
        {
            using var transaction = pool.BeginTransaction();
            var list = new VMemList<long>(transaction, s_slots[0]);
            list.Insert(list.FirstPosition, 1);
            list.TryRemoveFirst(out _);
            var map = new VMemMap(transaction, s_slots[8]);
            map.Put("\xFF"u8, "last"u8);
            map.Remove("\xFF"u8);
            var linked = new LinkedPages(transaction, s_slots[7]);
            linked.Remove(linked.AddLast());
            var text = new VMemString(transaction, s_slots[5]);
            text.Insert(0, "x");
            text.Remove(0, 1);
            transaction.Commit();
        }

        public override void Dispose()
        {
            EndRead();
            pool.Dispose();
        }

        public override void Read(int part, ContentDigest digest)
        {
            switch (part)
            {
                case <= 4:
                    ReadItems(part, digest);
                    break;
                case <= 6:
                    ReadText(part, digest);
                    break;
                case 7:
                    ReadNested(digest);
                    break;
                case <= 9:
                    ReadLinked(part, digest);
                    break;
                case <= 11:
                    ReadMap(part, digest);
                    break;
                default:
                    ReadProgramPage(digest);
                    break;
            }
        }

        private void ReadItems(int part, ContentDigest digest)
        {
            if (part == 2)
            {
                foreach (var item in new VMemListView<Wide>(Moment, s_slots[1]))
                {
                    digest.Add((ReadOnlySpan<byte>)item).EndItem();
                }

                return;
            }

            var items = part switch
            {
                0 => new VMemListView<long>(Moment, s_slots[0]).ToArray(),
                1 => new VMemListView<long>(Moment, s_slots[0]).Reverse(),
                3 => new PageContainerView<long>(Moment, s_slots[2]).ToList(),
                _ => new VMemStackView<int>(Moment, s_slots[3]).Select(number => (long)number),
            };
            foreach (var item in items)
            {
                digest.Add(item).EndItem();
            }
        }

        private void ReadText(int part, ContentDigest digest)
        {
            var text = new VMemStringView(Moment, s_slots[5]);
            if (part == 5)
            {
                digest.Add(text.ToString()).EndItem(isOfPages: true);
                return;
            }

            using var reader = text.OpenReader();
            digest.Add(reader.ReadLine()).Add(reader.Read()).EndItem(isOfPages: true);
        }

        private void ReadNested(ContentDigest digest)
        {
            var outer = new VMemListView<VMemState>(Moment, s_slots[6]);
            for (var at = outer.FirstPosition; at != ItemPosition.End; at = outer.Next(at))
            {
                var inner = new VMemListView<int>(Moment, outer.AddressOf(at));
                foreach (var number in inner)
                {
                    digest.Add(number).EndItem();
                }
            }
        }

        private void ReadLinked(int part, ContentDigest digest)
        {
            var linked = new LinkedPagesView(Moment, s_slots[7]);
            foreach (var page in part == 8 ? linked : linked.Reverse())
            {
                using var pointer = Moment.Read(page);
                digest.Add(pointer.Read<int>()).EndItem();
            }
        }

        private void ReadMap(int part, ContentDigest digest)
        {
            var map = new VMemMapView(Moment, s_slots[8]);
            using var cursor = part == 10 ? map.SeekFirst() : map.SeekLast();
            while (part == 10 ? cursor.MoveNext() : cursor.MovePrevious())
            {
                digest.Add(cursor.Key).Add(cursor.Value).EndItem();
            }
        }

        private void ReadProgramPage(ContentDigest digest)
        {
            PageAddress place;
            using (var start = Moment.Read(s_slots[ProgramSlot]))
            {
                place = start.Read<PageAddress>();
            }

            if (place.Page.Value != 0)
            {
                foreach (var number in new VMemListView<long>(Moment, place))
                {
                    digest.Add(number).EndItem();
                }
            }
        }

        private static void Change(PoolTransaction to, int number)
        {
            var list = new VMemList<long>(to, s_slots[0]);
            var map = new VMemMap(to, s_slots[8]);
            var text = new VMemString(to, s_slots[5]);
            var linked = new LinkedPages(to, s_slots[7]);
            switch (number)
            {
                case 0:
                    list.AddRange([.. Enumerable.Range(0, 1_200).Select(i => i * 31L)]);
                    new VMemList<Wide>(to, s_slots[1]).AddRange(Wides(13));
                    break;
                case 1:
                    new PageContainer<long>(to, s_slots[2], PageBalance.All, PageBalance.All)
                        .AddRange([.. Enumerable.Range(0, 900).Select(i => i * 7L)]);
                    new VMemStack<int>(to, s_slots[3]).PushRange([.. Enumerable.Range(0, 2_100)]);
                    text.Append(string.Concat(Enumerable.Range(0, 1_400).Select(i => i % 9 == 0 ? $"ü{i}\n" : "abcd")));
                    break;
                case 2:
                    AddNested(to, 9);
                    AddLinked(to, linked, 5);
                    break;
                case 3:
                    Put(map, 0, 26, 1);
                    Put(new VMemMap(to, s_slots[20]), 0, 14, 4);
                    break;
                case 4:
                    using (var page = to.Allocate())
                    {
                        var place = page.Address.Plus(1_001);
                        new VMemList<long>(to, place).AddRange([.. Enumerable.Range(0, 600).Select(i => i * 3L)]);
                        using var start = to.Write(s_slots[ProgramSlot]);
                        start.Write<PageAddress>() = place;
                    }

                    break;
                case 5:
                    new VMemMap(to, s_slots[20]).Clear();
                    linked.Remove(linked.Next(linked.First));
                    list.RemoveRange(list.PositionAt(100), list.PositionAt(700));
                    break;
                default:
                    text.Replace(100, 50, "ersetzt");
                    Put(map, 20, 29, 2);
                    map.Remove([3, 3]);
                    list.AddFirst(-1);
                    break;
            }
        }

        private static Wide[] Wides(int count)
        {
            var items = new Wide[count];
            for (var i = 0; i < count; i++)
            {
                new Random(i).NextBytes((Span<byte>)items[i]);
            }

            return items;
        }

        private static void AddNested(PoolTransaction to, int count)
        {
            var outer = new VMemList<VMemState>(to, s_slots[6]);
            for (var i = 0; i < count; i++)
            {
                outer.Add(default);
                var inner = new VMemList<int>(to, outer.AddressOf(outer.LastPosition));
                inner.AddRange([.. Enumerable.Range(0, i * 30)]);
            }
        }

        private static void AddLinked(PoolTransaction to, LinkedPages linked, int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var page = to.Write(linked.AddLast());
                page.Write<int>() = i + 1;
            }
        }

        private static void Put(VMemMap map, int from, int to, int version)
        {
            for (var i = from; i < to; i++)
            {
                var value = new byte[i % 12 == 4 ? 5_000 : 600];
                new Random(i + (version * 1_000)).NextBytes(value);
                map.Put([(byte)i, (byte)i], value);
            }
        }
    }
}

using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>A document of the damaged databases.</summary>
public sealed class DamagedCustomer
{
    public int Id { get; set; }

    public long Code { get; set; }

    public string City { get; set; } = "";

    public int Age { get; set; }

    public decimal? Credit { get; set; }

    public List<string> Tags { get; set; } = [];

    public byte[] Photo { get; set; } = [];

    /// <summary>The customer of a number; the version changes everything but the key.</summary>
    public static DamagedCustomer Make(int id, int version)
    {
        var random = new Random((id * 97) + version);

        // Four to a leaf; now and then an overflow chain that does not compress, or one that does.
        var photo = new byte[id % 11 == 5 ? 6_000 : id % 11 == 7 ? 3_000 : 700];
        random.NextBytes(photo);
        if (id % 11 == 7)
        {
            Array.Fill(photo, (byte)id);
        }

        return new()
        {
            Id = id,
            Code = (id * 1_000) + version,
            City = new string((char)('a' + random.Next(5)), 120),
            Age = random.Next(90),
            Credit = random.Next(3) == 0 ? null : random.Next(1000) / 10m,
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => $"tag{random.Next(6)}")],
            Photo = photo,
        };
    }
}

/// <summary>A database with every kind of named structure.</summary>
internal sealed class DatabaseSubject : DamageSubject
{
    private const string Raw = "raw";

    public override string Name => "database";

    public override IReadOnlyList<string> Parts { get; } =
    [
        "names", "customers", "unique index", "compound index", "multikey index",
        "map", "map backward", "typed map", "list", "list backward", "stack", "string",
        "typed customers", "customers backward", "unique query", "compound query", "multikey query", "found by key",
    ];

    public override int ExpensiveFrom => 12;

    public override int Commits => 8;

    public override Session Open(IFileSystem files, EngineOptions options) =>
        new DatabaseSession(VMemDatabase.Open(files, Path, options));

    private sealed class DatabaseSession(VMemDatabase database) : Session
    {
        private static readonly string s_city = new('a', 120);

        private readonly ValueBuffer _document = new();
        private VMemSnapshot? _snapshot;

        public override Engine Engine => database.Pool.Engine;

        private VMemSnapshot Moment => _snapshot ?? throw new InvalidOperationException("No moment was taken.");

        public override void Commit(int number)
        {
            using var transaction = database.BeginTransaction();
            Change(transaction, number);
            transaction.Commit();
        }

        public override void BeginRead() => _snapshot = database.BeginSnapshot();

        public override void EndRead()
        {
            _snapshot?.Dispose();
            _snapshot = null;
        }

        public override void Read(int part, ContentDigest digest)
        {
            switch (part)
            {
                case 0:
                    ReadNames(digest);
                    break;
                case < 5:
                    ReadBytes(part - 1, digest);
                    break;
                case < 8:
                    ReadMaps(part, digest);
                    break;
                case < 12:
                    ReadLists(part, digest);
                    break;
                default:
                    ReadCustomers(part, digest);
                    break;
            }
        }

        public override bool Check()
        {
            database.Check();
            return true;
        }

        public override void Write()
        {
            using var transaction = database.BeginTransaction();
            var customers = transaction.GetCollection<DamagedCustomer>("customers");
            customers.Insert(DamagedCustomer.Make(1_000, 1));
            Assert.True(customers.Delete(1_000));
            var map = transaction.GetMap(Raw);
            map.Put("\xFF"u8, "last"u8);
            map.Remove("\xFF"u8);
            var list = transaction.GetList<long>("list");
            list.AddFirst(1);
            list.TryRemoveFirst(out _);
            transaction.Commit();
        }

        public override void Dispose()
        {
            EndRead();
            database.Dispose();
        }

        private void ReadNames(ContentDigest digest)
        {
            IReadOnlyList<string>[] names =
                [Moment.CollectionNames, Moment.MapNames, Moment.ListNames, Moment.StackNames, Moment.StringNames];
            foreach (var name in names.SelectMany(kind => kind))
            {
                digest.Add(name).EndItem();
            }
        }

        // Documents by key, then through each index, without decoding them.
        private void ReadBytes(int index, ContentDigest digest)
        {
            using var reader = Moment.GetCollection<DamagedCustomer>("customers").OpenReader();
            if (index == 0)
            {
                using var scan = reader.Scan(KeyRange.All, descending: false);
                while (scan.MoveNext())
                {
                    digest.Add(scan.Key).Add(scan.Document.Span).EndItem();
                }
            }
            else if (index <= reader.Definition.Indexes.Count)
            {
                using var scan = reader.ScanIndex(reader.Definition.Indexes[index - 1], KeyRange.All, index == 2);
                while (scan.MoveNext())
                {
                    if (reader.TryFetch(scan.PrimaryKey, _document))
                    {
                        digest.Add(scan.PrimaryKey).Add(_document.Span).EndItem();
                    }
                }
            }
        }

        private void ReadCustomers(int part, ContentDigest digest)
        {
            var customers = Moment.GetCollection<DamagedCustomer>("customers");
            IEnumerable<DamagedCustomer> found = part switch
            {
                12 => customers.FindAll(),
                13 => customers.AsQueryable().OrderByDescending(c => c.Id).Take(9),
                14 => customers.AsQueryable().Where(c => c.Code >= 5_000),
                15 => customers.AsQueryable().Where(c => c.City == s_city && c.Age > 10),
                16 => customers.AsQueryable().Where(c => c.Tags.Contains("tag1")),
                _ => customers.FindMany([3, 7, 20, 99]),
            };
            foreach (var customer in found)
            {
                Add(digest, customer);
            }
        }

        private static void Add(ContentDigest digest, DamagedCustomer? customer)
        {
            if (customer is not null)
            {
                digest.Add(customer.Id).Add(customer.Code).Add(customer.City).Add(customer.Age)
                    .Add(customer.Credit?.GetHashCode() ?? -1).Add(customer.Photo).Add(customer.Tags.Count);
                foreach (var tag in customer.Tags)
                {
                    digest.Add(tag);
                }
            }

            digest.EndItem();
        }

        private void ReadMaps(int part, ContentDigest digest)
        {
            if (part == 7)
            {
                foreach (var (key, value) in Moment.GetMap<string, int>("typed"))
                {
                    digest.Add(key).Add(value).EndItem();
                }

                return;
            }

            using var cursor = part == 5 ? Moment.GetMap(Raw).SeekFirst() : Moment.GetMap(Raw).SeekLast();
            while (part == 5 ? cursor.MoveNext() : cursor.MovePrevious())
            {
                digest.Add(cursor.Key).Add(cursor.Value).EndItem();
            }
        }

        private void ReadLists(int part, ContentDigest digest)
        {
            if (part == 11)
            {
                digest.Add(Moment.GetString("string").ToString()).EndItem(isOfPages: true);
                return;
            }

            var items = part switch
            {
                8 => Moment.GetList<long>("list").ToArray(),
                9 => Moment.GetList<long>("list").Reverse(),
                _ => Moment.GetStack<int>("stack").Select(number => (long)number),
            };
            foreach (var item in items)
            {
                digest.Add(item).EndItem();
            }
        }

        private static void Change(VMemTransaction to, int number)
        {
            var customers = to.GetCollection<DamagedCustomer>("customers");
            var (raw, typed) = (to.GetMap(Raw), to.GetMap<string, int>("typed"));
            var (list, stack, text) = (to.GetList<long>("list"), to.GetStack<int>("stack"), to.GetString("string"));
            switch (number)
            {
                case 0:
                    customers.EnsureIndex(c => c.Code, unique: true);
                    customers.EnsureIndex("place", ["City", "Age"]);
                    customers.EnsureIndex(c => c.Tags);
                    break;
                case 1:
                    customers.InsertMany(Enumerable.Range(1, 28).Select(id => DamagedCustomer.Make(id, 1)));
                    break;
                case 2:
                    Put(raw, 0, 24, 1);
                    Put(to.GetMap("doomed"), 0, 12, 5);
                    break;
                case 3:
                    Enumerable.Range(0, 60).ToList().ForEach(i => typed[$"name{i}"] = i * i);
                    list.AddRange([.. Enumerable.Range(0, 1_100).Select(i => i * 77L)]);
                    stack.PushRange([.. Enumerable.Range(0, 1_500)]);
                    text.Append(string.Concat(Enumerable.Range(0, 1_300).Select(i => $"é{i};")));
                    break;
                case 4:
                    to.DropMap("doomed");
                    new[] { 3, 9, 16 }.ToList().ForEach(id => customers.Update(DamagedCustomer.Make(id, 2)));
                    break;
                case 5:
                    new[] { 1, 5, 6, 14 }.ToList().ForEach(id => Assert.True(customers.Delete(id)));
                    Put(raw, 20, 28, 2);
                    break;
                case 6:
                    customers.InsertMany(Enumerable.Range(40, 5).Select(id => DamagedCustomer.Make(id, 1)));
                    list.RemoveRange(list.PositionAt(40), list.PositionAt(90));
                    stack.Pop();
                    break;
                default:
                    text.Insert(0, "ende");
                    typed.Remove("name7");
                    customers.Upsert(DamagedCustomer.Make(20, 3));
                    raw.Remove([11, 11]);
                    break;
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

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>
/// Each page of a database with collections, indexes, long values and many maps is damaged once; what can be saved is
/// saved, what is missing is told, and nothing appears that was not there.
/// </summary>
public sealed class DatabaseRepairTests
{
    private const string Source = "/damaged";
    private const string Target = "/repaired";
    private const int Maps = 130;
    private const int Erased = 77;

    private static readonly string s_story = string.Concat(Enumerable.Range(0, 2500).Select(i => $"{i}é€😀"));
    private static readonly (byte[] File, PoolReport Report) s_made = Build();
    private static readonly PoolReport s_report = s_made.Report;
    private static readonly int[] s_leading = [.. Enumerable.Range(1, (int)s_report.PageCount - 1)
        .Where(page => page == 1 || s_report.Explain(new(page)).Contains("catalog", StringComparison.Ordinal))];

    [Fact]
    public void Repair_NoDamage_GivesAnEqualDatabase()
    {
        var files = Damaged();
        var told = Repair(files);
        Assert.True(told.IsWhole, told.ToString());
        Verify(files, [], told);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Repair_PageWiped_SavesTheRest(int part)
    {
        for (var page = part; page < s_report.PageCount; page += 4)
        {
            var files = Damaged(page);
            Verify(files, [page], Repair(files));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Repair_SeveralPagesWiped_SavesTheRest(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 15; i++)
        {
            var pages = Enumerable.Range(0, random.Next(2, 6))
                .Select(_ => random.Next((int)s_report.PageCount))
                .Distinct()
                .ToArray();
            var files = Damaged(pages);
            Verify(files, pages, Repair(files));
        }
    }

    [Fact]
    public void Repair_RootOfDocumentsLost_TakesTheOrphanedLeaves()
    {
        var root = RootOf("collection 'people'");
        var files = Damaged(root);
        var told = Repair(files);
        var loss = told.Losses.Single(loss => loss.Structure == "collection 'people'");
        Assert.Equal(0, loss.Items);
        Assert.Contains(loss.Notes, note => note.Contains("nothing else led to", StringComparison.Ordinal));
        using var db = VMemDatabase.Open(files, Target, new EngineOptions());
        Assert.Equal(299, db.GetCollection<Person>("people").Count);
    }

    [Fact]
    public void Repair_RootOfIndexLost_BuildsItAnew()
    {
        var files = Damaged(RootOf("index 'Tags[]' of collection 'people'"));
        var told = Repair(files);
        var loss = Assert.Single(told.Losses);
        Assert.Equal("index 'Tags[]' of collection 'people'", loss.Structure);
        Assert.Contains(loss.Notes, note => note.Contains("anew", StringComparison.Ordinal));
        using var db = VMemDatabase.Open(files, Target, new EngineOptions());
        var indexes = s_report.Structures.Where(s => s.Name?.StartsWith("index", StringComparison.Ordinal) == true);
        Assert.Equal(indexes.Sum(index => index.Items), db.Check().IndexEntries);
    }

    [Fact]
    public void Repair_StartPageLost_OneCollectionIsFoundAgain()
    {
        var files = new MemoryFileSystem();
        using (var db = VMemDatabase.Open(files, Source, new EngineOptions()))
        {
            var people = db.GetCollection<Person>("people");
            people.EnsureIndex(person => person.Tags);
            people.InsertMany(Enumerable.Range(1, 300).Select(Person.Make));
        }

        using (var file = files.Open(Source, FileOpening.Exclusive))
        {
            file.Write(new byte[Page.Size], Page.Size);
        }

        var told = Repair(files);
        Assert.Equal(1, told.PagesLost);
        using var repaired = VMemDatabase.Open(files, Target, new EngineOptions());
        var found = repaired.GetCollection<Person>("people").FindAll();
        Assert.Equal(300, found.Count(person => IsSame(person.Id, person)));
        Assert.Equal(1, repaired.Check().Indexes);
        var added = Person.Make(301);
        repaired.GetCollection<Person>("people").Insert(added);
        Assert.Equal(301, added.Id);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Repair_ValidPagesWithOtherBytes_PassesTheCheck(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 25; i++)
        {
            var bytes = s_made.File.ToArray();
            var pool = Layout.At<RootPageLayout>((ReadOnlySpan<byte>)bytes, PageHeader.Bytes).PoolId;
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                // The pages of the catalog and its slots are few: one change in three is there.
                var position = random.Next(3) > 0
                    ? random.Next(1, (int)s_report.PageCount)
                    : s_leading[random.Next(s_leading.Length)];
                var page = bytes.AsSpan(position * Page.Size, Page.Size);
                page[random.Next(24, Page.Size)] = (byte)random.Next(256);
                BinaryPrimitives.WriteUInt64LittleEndian(page, PageFile.Checksum(page, pool, new(position)));
            }

            AssertRepaired(bytes, $"seed {seed}, round {i}");
        }
    }

    private static void AssertRepaired(byte[] bytes, string context)
    {
        var files = new MemoryFileSystem();
        using (var file = files.Open(Source, FileOpening.CreateNew))
        {
            file.Write(bytes, 0);
        }

        try
        {
            Repair(files);
            using var db = VMemDatabase.Open(files, Target, new EngineOptions());
            db.Check();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{context}: {exception.Message}", exception);
        }
    }

    [Fact]
    public void Repair_LongValueLost_TellsItsKey()
    {
        using var db = VMemDatabase.Open(Damaged(), Source, new EngineOptions { ReadOnly = true });
        var page = Enumerable.Range(2, (int)s_report.PageCount - 2)
            .First(page => s_report.Explain(new(page)).EndsWith("map 'texts'", StringComparison.Ordinal)
                && TypeOf(db.Pool, page) == PageType.Overflow);
        var files = Damaged(page);
        var told = Repair(files);
        Verify(files, [page], told);
        var key = int.Parse(Assert.Single(Assert.Single(told.Losses).Keys), CultureInfo.InvariantCulture);
        Assert.Equal(0, key % 7);
        using var repaired = VMemDatabase.Open(files, Target, new EngineOptions());
        Assert.False(repaired.GetMap<int, string>("texts").TryGetValue(key, out _));
    }

    private static PageType TypeOf(Pool pool, long position)
    {
        using var snapshot = pool.BeginSnapshot();
        using var page = snapshot.EnterRead().Read(new(position));
        return page.Header.Type;
    }

    private static int RootOf(string name) => Enumerable.Range(2, (int)s_report.PageCount - 2)
        .First(page => s_report.Explain(new(page)).StartsWith("page 1 of", StringComparison.Ordinal)
            && s_report.Explain(new(page)).EndsWith($" of the {name}", StringComparison.Ordinal));

    private static (byte[] File, PoolReport Report) Build()
    {
        PoolReport report;
        var files = new MemoryFileSystem();
        using (var db = VMemDatabase.Open(files, Source, new EngineOptions()))
        {
            var people = db.GetCollection<Person>("people");
            people.EnsureIndex(person => person.Tags);
            people.InsertMany(Enumerable.Range(1, 300).Select(Person.Make));
            people.Delete(Erased);
            var texts = db.GetMap<int, string>("texts");
            for (var i = 0; i < 100; i++)
            {
                texts[i] = TextOf(i);
            }

            for (var i = 0; i < Maps; i++)
            {
                db.GetMap<int, int>($"map {i}")[i] = i;
            }

            AddLists(db);
            db.GetCollection<Customer>("customers").InsertMany(Customers());
            db.GetCollection<Customer>("customers").EnsureIndex(customer => customer.City);
            for (var i = 0; i < 100; i += 9)
            {
                texts.Remove(i);
            }

            db.Check();
            report = db.Pool.Check();
        }

        return (RepairPool.Bytes(files, Source), report);
    }

    private static void AddLists(VMemDatabase db)
    {
        db.GetList<int>("numbers").AddRange(Enumerable.Range(0, 5000));
        db.GetStack<Wide>("stack").PushRange([.. Enumerable.Range(0, 40).Select(i => new Wide { Number = i })]);
        db.GetString("story").Append(s_story);
        var groups = db.GetList<Group>("groups");
        for (var i = 0; i < 150; i++)
        {
            groups.Add(new Group { Number = i });
        }

        for (var at = groups.FirstPosition; at != ItemPosition.End; at = groups.Next(at))
        {
            if (groups[at].Number % 10 == 3)
            {
                MembersOf(groups, at).AddRange(Enumerable.Range(groups[at].Number * 1000, 700));
            }
        }
    }

    private static VMemList<int> MembersOf(VMemList<Group> groups, ItemPosition at) =>
        new(groups.Scope, groups.AddressOf(at, Group.MembersOffset));

    private static void VerifyLists(VMemDatabase db, int[] damaged, RepairReport told, string context)
    {
        var numbers = db.GetList<int>("numbers").ToList();
        Assert.True(IsPartOf(numbers, Enumerable.Range(0, 5000)), context);
        AssertComplete("list 'numbers'", numbers.Count, 5000, damaged, told, context);
        var stack = db.GetStack<Wide>("stack").Select(item => item.Number).ToList();
        Assert.True(IsPartOf(stack, Enumerable.Range(0, 40).Reverse()), context);
        AssertComplete("stack 'stack'", stack.Count, 40, damaged, told, context);
        var story = db.GetString("story").ToString();
        Assert.True(IsPartOf(story, s_story), context);
        AssertComplete("string 'story'", story.Length, s_story.Length, damaged, told, context);

        var groups = db.GetList<Group>("groups");
        Assert.True(IsPartOf(groups.Select(group => group.Number), Enumerable.Range(0, 150)), context);
        AssertComplete("list 'groups'", (int)groups.Count, 150, damaged, told, context);
        for (var at = groups.FirstPosition; at != ItemPosition.End; at = groups.Next(at))
        {
            var first = groups[at].Number * 1000;
            Assert.True(IsPartOf(MembersOf(groups, at), Enumerable.Range(first, 700)), context);
        }
    }

    private static bool IsPartOf<T>(IEnumerable<T> part, IEnumerable<T> whole)
    {
        using var rest = whole.GetEnumerator();
        return part.All(item =>
        {
            while (rest.MoveNext())
            {
                if (EqualityComparer<T>.Default.Equals(rest.Current, item))
                {
                    return true;
                }
            }

            return false;
        });
    }

    private static string TextOf(int i) => new((char)('a' + (i % 26)), i % 7 == 0 ? 12_000 + i : i + 1);

    private static IEnumerable<Customer> Customers() => Enumerable.Range(1, 150)
        .Select(i => new Customer
        {
            Id = i,
            City = $"city {i % 9}",
            Note = new string((char)('A' + (i % 26)), i % 10 == 0 ? 30_000 : 40),
        });

    private static MemoryFileSystem Damaged(params int[] pages)
    {
        var bytes = s_made.File.ToArray();
        foreach (var page in pages)
        {
            bytes.AsSpan(page * Page.Size, Page.Size).Clear();
        }

        var files = new MemoryFileSystem();
        using var file = files.Open(Source, FileOpening.CreateNew);
        file.Write(bytes, 0);
        return files;
    }

    private static RepairReport Repair(MemoryFileSystem files) => FileRepair.Run(files, Source, Target, (_, _) => { });

    private static void Verify(MemoryFileSystem files, int[] damaged, RepairReport told)
    {
        var explained = damaged.Select(page => $"{page}: {s_report.Explain(new(page))}");
        var context = $"{string.Join("; ", explained)}\n{told}";
        using var db = VMemDatabase.Open(files, Target, new EngineOptions());
        db.Check();
        Assert.True(db.Pool.Check().IsWhole, context);

        var people = db.GetCollection<Person>("people").FindAll().ToDictionary(person => person.Id);
        Assert.True(people.All(pair => IsSame(pair.Key, pair.Value) && pair.Key != Erased), context);
        AssertComplete("collection 'people'", people.Count, 299, damaged, told, context);

        var customers = db.GetCollection<Customer>("customers").FindAll().ToDictionary(customer => customer.Id);
        var model = Customers().ToDictionary(customer => customer.Id);
        Assert.True(
            customers.All(pair => model[pair.Key].Note == pair.Value.Note && model[pair.Key].City == pair.Value.City),
            context);
        AssertComplete("collection 'customers'", customers.Count, 150, damaged, told, context);

        VerifyLists(db, damaged, told, context);
        var texts = db.GetMap<int, string>("texts").ToList();
        Assert.True(texts.TrueForAll(pair => TextOf(pair.Key) == pair.Value && pair.Key % 9 != 0), context);
        AssertComplete("map 'texts'", texts.Count, 88, damaged, told, context);
        for (var i = 0; i < Maps; i++)
        {
            var map = db.GetMap<int, int>($"map {i}").ToList();
            Assert.True(map.TrueForAll(pair => pair.Key == i && pair.Value == i), context);
            AssertComplete($"map 'map {i}'", map.Count, 1, damaged, told, context);
        }
    }

    // Complete unless one of its pages, or of what leads to it, was damaged; then what is missing is told.
    private static void AssertComplete(
        string name, int left, int all, int[] damaged, RepairReport told, string context)
    {
        var pages = damaged.Select(page => s_report.Explain(new(page))).ToList();
        var isLed = pages.TrueForAll(text => text is not ("start page" or "catalog slots")
            && !text.EndsWith(" catalog", StringComparison.Ordinal));
        var isHit = pages.Exists(text => text.EndsWith($" of the {name}", StringComparison.Ordinal));
        if (left == all)
        {
            return;
        }

        Assert.True(!isLed || isHit, $"{name} has {left} of {all}; {context}");
        Assert.True(
            !isLed || told.Losses.Any(loss => loss.Structure == name && (loss.Items >= all - left || loss.IsAll)),
            $"{name}: not told; {context}");
        Assert.True(isLed || told.Losses.Count > 0 || told.Notes.Count > 0, context);
    }

    private static bool IsSame(int id, Person found)
    {
        var made = Person.Make(id);
        made.Id = id;
        return JsonSerializer.Serialize(made) == JsonSerializer.Serialize(found);
    }

    [StructLayout(LayoutKind.Explicit, Size = 500)]
    private struct Wide
    {
        [FieldOffset(0)] public int Number;
    }

    [StructLayout(LayoutKind.Explicit, Size = 60)]
    private struct Group
    {
        public const int MembersOffset = 7;

        [FieldOffset(0)] public int Number;

        [FieldOffset(MembersOffset)] public VMemState Members;
    }

    public sealed class Customer
    {
        public int Id { get; set; }

        public string City { get; set; } = "";

        public string Note { get; set; } = "";
    }
}

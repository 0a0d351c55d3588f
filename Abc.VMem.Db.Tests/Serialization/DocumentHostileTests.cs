using System.Buffers;
using System.Diagnostics;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>
/// Bytes from damage or from a hostile hand: a value or a typed exception, in bounded time and memory.
/// </summary>
public sealed class DocumentHostileTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void Decode_MutatedDocuments_ValueOrTypedException()
    {
        var schema = DocumentRoundTrip.SchemaOf<Everything>();
        var document = DocumentRoundTrip.Encode(Everything.Sample(), schema);
        var reader = FieldReader.Bind(schema, typeof(Everything), FieldPath.Parse("Customers[].Lines[].Price"))!;
        Mutate(document, bytes =>
        {
            Guard(() => DocumentRoundTrip.Decode<Everything>(bytes, schema));
            Guard(() => DocumentJson.Write(bytes, schema, new ArrayBufferWriter<byte>()));
            Guard(() =>
            {
                var count = 0;
                reader.ReadEach(bytes, ref count, static (_, ref c) => c++ < 1_000_000);
            });
        });
    }

    [Fact]
    public void Encode_OverMutatedDocument_ValueOrTypedException()
    {
        var schema = DocumentRoundTrip.SchemaOf<Everything>();
        var document = DocumentRoundTrip.Encode(Everything.Sample(), schema);
        schema = DocumentSerializer<EverythingOlder>.Instance.Extend(schema);
        var old = DocumentRoundTrip.Decode<EverythingOlder>(document, schema);
        Mutate(document, bytes => Guard(() =>
        {
            var merged = DocumentRoundTrip.Encode(old, schema, bytes);
            Assert.True(MessagePackSkipper.TrySkip(merged, out var size) && size == merged.Length);
        }));
    }

    [Fact]
    public void FromBytes_MutatedSchemas_SchemaOrTypedException()
    {
        var schema = DocumentRoundTrip.SchemaOf<Everything>();
        var document = DocumentRoundTrip.Encode(Everything.Sample(), schema);
        Mutate(schema.ToBytes(), bytes => Guard(() =>
        {
            var read = DocumentSchema.FromBytes(bytes);
            Guard(() => DocumentSerializer<Everything>.Instance.Extend(read));
            Guard(() => DocumentRoundTrip.Decode<Everything>(document, read));
            Guard(() => DocumentJson.Write(document, read, new ArrayBufferWriter<byte>()));
        }));
    }

    [Fact]
    public void FromBytes_ToBytes_RoundTrips()
    {
        var schema = DocumentRoundTrip.SchemaOf<Everything>();
        var bytes = schema.ToBytes();
        Assert.Equal(bytes, DocumentSchema.FromBytes(bytes).ToBytes());
        Assert.Same(DocumentSchema.Empty, DocumentSchema.FromBytes(DocumentSchema.Empty.ToBytes()));
    }

    [Fact]
    public void FromBytes_NamedDamage_Throws()
    {
        Refuse([]);
        Refuse([0x92, 2, 0x90]);
        Refuse([0x92, 1, 0x90, 0]);
        Refuse([0x92, 1, 0xDD, 0, 0, 0x20, 0]);
        Refuse(Schema(Field("A", [99])));
        Refuse(Schema(Field("A", [0x92, 32, 1])));
        Refuse(Schema(Field("A", [0x92, 33])));
        Refuse(Schema(Field("A", [0x93, 33, 2, 2])));
        Refuse(Schema(Field("A", [.. Enumerable.Repeat<byte[]>([0x92, 33], 40).SelectMany(b => b), 2])));
        Refuse(Schema(Field("A", [2], [])));
        Refuse(Schema(Field("A", [2], [1, 2])));

        // Defaults that contain themselves, at once or through each other.
        Refuse(Schema(Field("A", [0x92, 32, 0], [0x90])));
        Refuse(Schema(Field("A", [0x92, 32, 0], [0x91, 0xC1])));
        Refuse(Schema(Field("A", [0x92, 32, 0], [0x91, 0x90])));
        Refuse(Schema([
            .. Field("A", [0x92, 32, 0], [0x92, 0xC0, 0xC1]), .. Field("B", [0x92, 32, 0], [0x92, 0xC1, 0xC0])], 2));
    }

    [Fact]
    public void Decode_EmptyDocumentsWithLargeDefaults_IsBounded()
    {
        var schema = DocumentSchema.Empty;
        var empty = DocumentRoundTrip.Store(new Box<List<Box<int>>> { Value = [] }, ref schema);
        schema = DocumentSerializer<Box<List<LargeDefault>>>.Instance.Extend(schema);
        Assert.Equal(0x91, empty[0]);
        byte[] hostile = [0x91, 0xDD, 0, 0x10, 0, 0, .. Enumerable.Repeat((byte)0x90, 1 << 20)];
        Guard(() => DocumentRoundTrip.Decode<Box<List<LargeDefault>>>(hostile, schema), mustThrow: true);
        Guard(() => DocumentJson.Write(hostile, schema, new ArrayBufferWriter<byte>()), mustThrow: true);
        byte[] harmless = [0x91, 0x92, 0x90, 0x90];
        Assert.Equal(10_000, DocumentRoundTrip.Decode<Box<List<LargeDefault>>>(harmless, schema).Value[1].Text.Length);
    }

    [Fact]
    public void Decode_LengthsBeyondTheBytes_AllocateNothing()
    {
        RefuseValue<int[]>([0x91, 0xDD, 0x7F, 0xFF, 0xFF, 0xFF, 1]);
        RefuseValue<List<int>>([0x91, 0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 1]);
        RefuseValue<HashSet<Guid>>([0x91, 0xDD, 0x7F, 0xFF, 0xFF, 0xFF, 1]);
        RefuseValue<Dictionary<int, int>>([0x91, 0xDF, 0x7F, 0xFF, 0xFF, 0xFF, 1]);
        RefuseValue<string>([0x91, 0xDB, 0x7F, 0xFF, 0xFF, 0xFF, 1]);
        RefuseValue<byte[]>([0x91, 0xC6, 0x7F, 0xFF, 0xFF, 0xFF, 1]);
        RefuseValue<string>([0x91, 0xA1, 0xFF]);
        RefuseValue<string>([0x91, 0xA3, 0xED, 0xA0, 0x80]);
        RefuseValue<int>([0x92, 1, 1]);
        RefuseValue<int>([0x91, 1, 1]);
        RefuseValue<int>([0xC0]);
        RefuseValue<int>([]);
        RefuseValue<Dictionary<int, int>>([0x91, 0x82, 1, 1, 1, 1]);
        RefuseValue<decimal>([0x91, 0xD8, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1D, 0]);
        RefuseValue<DateTime>([0x91, 0xD7, 3, 0xFF, 0, 0, 0, 0, 0, 0, 0]);
        RefuseValue<DateTimeOffset>([0x91, 0xC7, 10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
        RefuseValue<Nested>([.. Enumerable.Repeat((byte)0x91, 500), 0xC0]);
    }

    private static void RefuseValue<T>(byte[] document)
    {
        var schema = DocumentRoundTrip.SchemaOf<Box<T>>();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CorruptDatabaseException>(() => DocumentRoundTrip.Decode<Box<T>>(document, schema));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    private static void Refuse(byte[] schema) =>
        Assert.Throws<CorruptDatabaseException>(() => DocumentSchema.FromBytes(schema));

    private static byte[] Schema(byte[] fields, int count = 1) => [0x92, 1, 0x91, (byte)(0x90 + count), .. fields];

    private static byte[] Field(string name, byte[] shape, byte[]? value = null)
    {
        value ??= [0xC0];
        byte[] text = [(byte)(0xA0 + name.Length), .. name.Select(c => (byte)c)];
        return [0x93, .. text, .. shape, 0xC4, (byte)value.Length, .. value];
    }

    private static void Mutate(byte[] bytes, Action<byte[]> check)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                check(Mutate(bytes, random));
            }
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"seed {seed}"), error);
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && mutated.Count > 0; changes--)
        {
            var place = random.Next(mutated.Count);
            var length = random.Next(1, Math.Min(9, mutated.Count - place + 1));
            switch (random.Next(5))
            {
                case 0:
                    mutated[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated[place] = (byte)random.Next(0x80, 0x100);
                    break;
                case 2:
                    mutated.RemoveRange(place, length);
                    break;
                case 3:
                    mutated.InsertRange(place, mutated.GetRange(place, length));
                    break;
                default:
                    mutated.RemoveRange(place, mutated.Count - place);
                    break;
            }
        }

        return [.. mutated];
    }

    private static void Guard(Action action, bool mustThrow = false)
    {
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        var isThrown = false;
        try
        {
            action();
        }
        catch (VMemDbException)
        {
            isThrown = true;
        }

        Assert.True(isThrown || !mustThrow);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    public sealed class Nested
    {
        public Nested? Value { get; set; }
    }

    public sealed class LargeDefault
    {
        public string Text { get; set; } = new('x', 10_000);
    }

    public sealed class EverythingOlder
    {
        public List<Box<string>>? Texts { get; set; }

        public List<CustomerOlder>? Customers { get; set; }

        public Dictionary<string, Box<int>>? ByName { get; set; }
    }

    public sealed class CustomerOlder
    {
        public long Id { get; set; }

        public List<Box<int>>? Lines { get; set; }
    }

    public sealed class Everything
    {
        public List<Customer>? Customers { get; set; }

        public Dictionary<string, Address>? ByName { get; set; }

        public HashSet<Guid>? Guids { get; set; }

        public Nested? Nested { get; set; }

        public Uri? Uri { get; set; }

        public DocumentShapesTests.IntKeyed? Keyed { get; set; }

        public DocumentShapesTests.IShape? Shape { get; set; }

        public System.Numerics.BigInteger Big { get; set; }

        public DateTimeOffset When { get; set; }

        public DateOnly Day { get; set; }

        public (int, string)[]? Pairs { get; set; }

        public byte[]? Bytes { get; set; }

        public static Everything Sample() => new()
        {
            Customers = Support.Customers.Create(3, 1),
            ByName = new() { ["a"] = new Address { Street = "s" } },
            Guids = [Guid.NewGuid(), Guid.Empty],
            Nested = new Nested { Value = new Nested() },
            Uri = new Uri("http://example.org/"),
            Keyed = new() { A = 5, Price = 2m },
            Shape = new DocumentShapesTests.Circle { Radius = 2 },
            Big = System.Numerics.BigInteger.Pow(7, 90),
            When = DateTimeOffset.UnixEpoch,
            Day = DateOnly.FromDayNumber(5000),
            Pairs = [(1, "a"), (2, "b")],
            Bytes = [1, 2, 3],
        };
    }
}

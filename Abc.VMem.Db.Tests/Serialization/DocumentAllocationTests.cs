using System.Buffers;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>The hot paths allocate what they return and nothing else.</summary>
public sealed class DocumentAllocationTests
{
    [Fact]
    public void EncodeAndRead_Warm_AllocateNothing()
    {
        var customer = Customers.Create(20, 3).First(c => c.Lines?.Count > 2 && c.Address?.Position is not null);
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        var document = DocumentRoundTrip.Encode(customer, schema);
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        var street = FieldReader.Bind(schema, typeof(Customer), FieldPath.Parse("Address.Street"))!;
        var price = FieldReader.Bind(schema, typeof(Customer), FieldPath.Parse("Lines[].Price"))!;
        var name = FieldReader.Bind(schema, typeof(Customer), FieldPath.Parse("Name"))!;
        var prices = TokenKeyEncoder.Create(price, KeyCodecs.IndexPart(typeof(decimal)));
        var names = TokenKeyEncoder.Create(name, KeyCodecs.IndexPart(typeof(string)));
        var key = new KeyBuffer();

        AssertNone(() =>
        {
            buffer.ResetWrittenCount();
            DocumentSerializer<Customer>.Instance.Encode(customer, schema, document, buffer);
            Assert.Same(schema, DocumentSerializer<Customer>.Instance.Extend(schema));
        });
        AssertNone(() => street.Read(document));
        AssertNone(() =>
        {
            var state = (Keys: prices, Buffer: key);
            key.Clear();
            names.Append(name.Read(document), key);
            price.ReadEach(document, ref state, static (token, ref s) =>
            {
                s.Keys.Append(token, s.Buffer);
                return TokenDecoder.TryReadDecimal(token, out _);
            });
        });
    }

    [Fact]
    public void Decode_Warm_AllocatesTheObjects()
    {
        var schema = DocumentRoundTrip.SchemaOf<Point>();
        var document = DocumentRoundTrip.Encode(new Point { X = 1, Y = 1000 }, schema);
        var bytes = Measure(() => DocumentSerializer<Point>.Instance.Decode(document, schema));
        Assert.Equal(24, bytes);
    }

    private static void AssertNone(Action action) => Assert.Equal(0, Measure(action));

    // Bytes of one call: the least of several runs, since the runtime allocates for itself now and then.
    private static long Measure(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 100; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    public sealed class Point
    {
        public int X { get; set; }

        public int Y { get; set; }
    }
}

using System.Buffers;
using System.Text;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class DocumentJsonTests
{
    [Fact]
    public void Write_Document_PrintsEveryKind()
    {
        Check(5, "5");
        Check((int?)null, "null");
        Check(UInt128.MaxValue, "340282366920938463463374607431768211455");
        Check(12.50m, "12.50");
        Check(1.5, "1.5");
        Check(double.NaN, "\"NaN\"");
        Check('a', "\"a\"");
        Check('\uD800', "\"\\uD800\"");
        Check("a\"b", "\"a\\u0022b\"");
        Check(Guid.Empty, "\"00000000-0000-0000-0000-000000000000\"");
        Check(new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), "\"2024-01-02T03:04:05.0000000Z\"");
        Check(new byte[] { 1, 2 }, "\"AQI=\"");
        Check(new TimeSpan(1, 2, 3), "\"01:02:03\"");
        Check(new List<int?> { 1, null }, "[1,null]");
        Check(new Dictionary<int, bool> { [1] = true }, "{\"1\":true}");
        Check(
            new Dictionary<(int, int), int> { [(1, 2)] = 3 },
            "{\"{\\u0022Item1\\u0022:1,\\u0022Item2\\u0022:2}\":3}");
        Check((1, "a"), "{\"Item1\":1,\"Item2\":\"a\"}");
        Check(new Uri("http://a/"), "\"http://a/\"");
        Check(DayOfWeek.Friday, "5");
        Check(
            new DocumentShapesTests.IntKeyed { A = 1, Price = 2.5m, When = new DateTime(2024, 1, 2) },
            "[1,2.5,\"2024-01-02T00:00:00.0000000\"]");
    }

    [Fact]
    public void Write_AbsentMember_PrintsWhatItIsReadAs()
    {
        var schema = DocumentSchema.Empty;
        var old = DocumentRoundTrip.Store(new DocumentEvolutionTests.Home1 { Street = "s" }, ref schema);
        schema = DocumentSerializer<DocumentEvolutionTests.Home2>.Instance.Extend(schema);
        Assert.Equal("{\"Street\":\"s\",\"Zip\":\"none\"}", Print(old, schema));
    }

    [Fact]
    public void Write_TypeChanged_PrintsTheStoredValueOnce()
    {
        var schema = DocumentSchema.Empty;
        var number = DocumentRoundTrip.Store(new Box<int> { Value = 5 }, ref schema);
        var text = DocumentRoundTrip.Store(new Box<string> { Value = "6" }, ref schema);
        Assert.Equal("{\"Value\":5}", Print(number, schema));
        Assert.Equal("{\"Value\":\"6\"}", Print(text, schema));
        Assert.Equal("{\"Value\":null}", Print([0x90], schema));
    }

    [Fact]
    public void Write_Customers_IsJsonOfTheSameValues()
    {
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        foreach (var customer in Customers.Create(50, 7))
        {
            var text = Print(DocumentRoundTrip.Encode(customer, schema), schema);
            using var json = System.Text.Json.JsonDocument.Parse(text);
            Assert.Equal(customer.Name, json.RootElement.GetProperty("Name").GetString());
            Assert.Equal(customer.Credit, json.RootElement.GetProperty("Credit").GetDecimal());
            var lines = json.RootElement.GetProperty("Lines");
            Assert.Equal(customer.Lines?.Count ?? -1, lines.ValueKind == System.Text.Json.JsonValueKind.Null
                ? -1
                : lines.GetArrayLength());
        }
    }

    private static void Check<T>(T value, string expected)
    {
        var schema = DocumentRoundTrip.SchemaOf<Box<T>>();
        var json = Print(DocumentRoundTrip.Encode(new Box<T> { Value = value }, schema), schema);
        Assert.Equal($"{{\"Value\":{expected}}}", json);
    }

    private static string Print(byte[] document, DocumentSchema schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        DocumentJson.Write(document, schema, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

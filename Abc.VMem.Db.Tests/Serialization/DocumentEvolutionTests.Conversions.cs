using System.Numerics;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

/// <content>Members whose type changed.</content>
public sealed partial class DocumentEvolutionTests
{
    [Fact]
    public void Decode_TypeChanged_ConvertsWhatLosesNothing()
    {
        Convert(5, "5");
        Convert("5", 5);
        Convert("-170141183460469231731687303715884105729", -BigInteger.Pow(2, 127) - 1);
        Convert("Friday", DayOfWeek.Friday);
        Convert("99", (DayOfWeek)99);
        Convert(DayOfWeek.Friday, "5");
        Convert(5, 5.0);
        Convert(5.0, 5);
        Convert(5, 5f);
        Convert(1.5f, 1.5);
        Convert(1.5, 1.5f);
        Convert(1.5, 1.5m);
        Convert(1.5m, 1.5);
        Convert(12.50m, "12.50");
        Convert("12.50", 12.50m);
        Convert(12.00m, 12);
        Convert(double.NaN, float.NaN);
        Convert(0.1, "0.1");
        Convert("0.1", 0.1);
        Convert(true, 1);
        Convert(1, true);
        Convert('a', "a");
        Convert("a", 'a');
        Convert('a', 97);
        Convert(97, 'a');
        Convert(Guid.Empty, Guid.Empty.ToString());
        Convert(Guid.Empty.ToString(), Guid.Empty);
        var utc = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Convert(utc, new DateTimeOffset(utc));
        Convert(new DateTimeOffset(utc), utc);
        Convert(utc, utc.ToString("O"));
        Convert(utc.ToString("O"), utc);
        Convert(new DateOnly(2024, 1, 2), new DateTime(2024, 1, 2));
        Convert(new DateTime(2024, 1, 2), new DateOnly(2024, 1, 2));
        Convert(new TimeOnly(1, 2), new TimeSpan(1, 2, 0));
        Convert(new TimeSpan(1, 2, 0), "01:02:00");
        Convert<string?, int?>(null, null);
        Convert<string, List<string>>("a", ["a"]);
        Convert<List<int>, double[]>([1, 2], [1.0, 2.0]);
        Convert(new Dictionary<int, int> { [1] = 2 }, new Dictionary<string, decimal> { ["1"] = 2m });
    }

    [Fact]
    public void Decode_TypeChangedWithLoss_ThrowsNamingTheMember()
    {
        Refuse<string, int>("05");
        Refuse<string, int>("x");
        Refuse<string, DayOfWeek>("Someday");
        Refuse<double, int>(1.5);
        Refuse<double, int>(-0.0);
        Refuse<double, float>(0.1);
        Refuse<int, float>(int.MaxValue);
        Refuse<int, bool>(2);
        Refuse<string, char>("ab");
        Refuse<DateTime, DateTimeOffset>(new DateTime(2024, 1, 2));
        Refuse<DateTime, DateOnly>(new DateTime(2024, 1, 2, 3, 4, 5));
        Refuse<DateTimeOffset, DateTime>(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)));
        Refuse<Guid, int>(Guid.Empty);
        Refuse<TimeSpan, int>(default);
        Refuse<byte[], string>([1]);
        Refuse<Home1, string>(new Home1());
        Refuse<Home1, List<Home2>>(new Home1());
        Refuse<List<int>, int>([1]);
        Refuse<int?, string[]>(int.MaxValue, isRefused: false);
    }

    [Fact]
    public void Encode_TypeChanged_NewestValueWins()
    {
        var schema = DocumentSchema.Empty;
        var asInt = DocumentRoundTrip.Store(new Box<int> { Value = 5 }, ref schema);
        var asText = DocumentRoundTrip.Store(new Box<string> { Value = "6" }, ref schema, asInt);
        Assert.Equal("6", DocumentRoundTrip.Decode<Box<string>>(asText, schema).Value);
        Assert.Equal(6, DocumentRoundTrip.Decode<Box<int>>(asText, schema).Value);
        var back = DocumentRoundTrip.Store(new Box<int> { Value = 7 }, ref schema, asText);
        Assert.Equal("7", DocumentRoundTrip.Decode<Box<string>>(back, schema).Value);
        Assert.Equal(7, DocumentRoundTrip.Decode<Box<int>>(back, schema).Value);
        Assert.Equal(2, schema.Tables[0].Fields.Count);
    }

    private static void Convert<TOld, TNew>(TOld before, TNew after)
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(new Box<TOld> { Value = before }, ref schema);

        // Both before the schema knows the new type (a reader that never wrote) and after.
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(after, DocumentRoundTrip.Decode<Box<TNew>>(stored, schema).Value);
            var reader = FieldReader.Bind(schema, typeof(Box<TNew>), FieldPath.Parse("Value"))!;
            Assert.Equal(after, reader.Decode<TNew>(reader.Read(stored)));
            schema = DocumentSerializer<Box<TNew>>.Instance.Extend(schema);
            Assert.Equal(2, schema.Tables[0].Fields.Count);
        }
    }

    private static void Refuse<TOld, TNew>(TOld before, bool isRefused = true)
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(new Box<TOld> { Value = before }, ref schema);
        schema = DocumentSerializer<Box<TNew>>.Instance.Extend(schema);
        if (!isRefused)
        {
            DocumentRoundTrip.Decode<Box<TNew>>(stored, schema);
            return;
        }

        var error = Assert.Throws<DocumentException>(() => DocumentRoundTrip.Decode<Box<TNew>>(stored, schema));
        Assert.EndsWith(".Value", error.Member, StringComparison.Ordinal);
        var reader = FieldReader.Bind(schema, typeof(Box<TNew>), FieldPath.Parse("Value"))!;
        error = Assert.Throws<DocumentException>(() => reader.Read(stored).ToArray());
        Assert.EndsWith(".Value", error.Member, StringComparison.Ordinal);
    }
}

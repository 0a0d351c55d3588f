using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class FieldReaderTests
{
    private static readonly List<Customer> Documents = Customers.Create(300, 42);

    [Fact]
    public void Read_EveryMember_EqualsDecodedDocument()
    {
        CheckRead(c => c.Id, c => c.Id);
        CheckRead(c => c.Name, c => c.Name);
        CheckRead(c => c.Mail, c => c.Mail);
        CheckRead(c => c.Age, c => c.Age);
        CheckRead(c => c.Credit, c => c.Credit);
        CheckRead(c => c.Created, c => c.Created);
        CheckRead(c => c.Active, c => c.Active);
        CheckRead(c => c.Score, c => c.Score);
        CheckRead(c => c.Address!.Street, c => c.Address?.Street);
        CheckRead(c => c.Address!.Zip, c => c.Address?.Zip);
        CheckRead(c => c.Address!.Position, c => c.Address?.Position);
        CheckRead(c => c.Address!.Position!.Value.Latitude, c => c.Address?.Position?.Latitude);
    }

    [Fact]
    public void ReadEach_Lists_EqualDecodedDocument()
    {
        CheckEach<int?>(c => c.Lines.Select(l => l.ProductId), c => c.Lines?.Select(l => (int?)l.ProductId));
        CheckEach<decimal?>(c => c.Lines.Select(l => l.Price), c => c.Lines?.Select(l => (decimal?)l.Price));
        CheckEach<string>(c => c.Lines.SelectMany(l => l.Notes!), c => c.Lines?.SelectMany(l => l.Notes ?? []));
        CheckEach<OrderLine>(
            c => c.Lines, c => c.Lines, (a, b) => a! with { Notes = null } == b! with { Notes = null });
        CheckEach<string>(c => c.Name, c => [c.Name]);
    }

    [Fact]
    public void BindInside_Elements_ReadTheirMembers()
    {
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        var lines = FieldReader.Bind(schema, typeof(Customer), FieldPath.Parse("Lines[]"))!;
        var quantity = lines.BindInside(FieldPath.Parse("Quantity"))!;
        Assert.Equal(typeof(int), quantity.ValueType);
        foreach (var customer in Documents)
        {
            var state = (Sum: 0, Reader: quantity);
            lines.ReadEach(DocumentRoundTrip.Encode(customer, schema), ref state, static (token, ref s) =>
            {
                s.Sum += s.Reader.Decode<int>(s.Reader.Read(token));
                return true;
            });
            Assert.Equal(customer.Lines?.Sum(l => l.Quantity) ?? 0, state.Sum);
        }
    }

    [Fact]
    public void ReadEach_VisitorEnds_StopsThere()
    {
        var schema = DocumentRoundTrip.SchemaOf<Box<int[]>>();
        var reader = FieldReader.Bind(schema, typeof(Box<int[]>), FieldPath.Parse("Value[]"))!;
        var seen = 0;
        var document = DocumentRoundTrip.Encode(new Box<int[]> { Value = [1, 2, 3] }, schema);
        Assert.False(reader.ReadEach(document, ref seen, static (token, ref s) => ++s < 2));
        Assert.Equal(2, seen);
    }

    [Fact]
    public void Bind_UnknownFields_ReturnsNull()
    {
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        Assert.Null(Bind("Nothing"));
        Assert.Null(Bind("Name.Length"));
        Assert.Null(Bind("Name[]"));
        Assert.Null(Bind("Lines.ProductId"));
        Assert.Null(FieldReader.Bind(DocumentSchema.Empty, typeof(Customer), FieldPath.Parse("Name")));
        FieldReader? Bind(string path) => FieldReader.Bind(schema, typeof(Customer), FieldPath.Parse(path));
    }

    [Fact]
    public void Append_Tokens_EqualsEncodedValues()
    {
        CheckKey(c => c.Id, c => c.Id, typeof(long));
        CheckKey(c => c.Age, c => (long)c.Age, typeof(long));
        CheckKey(c => c.Name, c => c.Name, typeof(string));
        CheckKey(c => c.Mail, c => c.Mail, typeof(string));
        CheckKey(c => c.Credit, c => c.Credit, typeof(decimal));
        CheckKey(c => c.Created, c => c.Created, typeof(DateTime));
        CheckKey(c => c.Address!.Position!.Value.Latitude, c => c.Address?.Position?.Latitude, typeof(double));
    }

    private static void CheckRead<T, TValue>(Expression<Func<Customer, T>> path, Func<Customer, TValue> value)
    {
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        var reader = FieldReader.Bind(schema, typeof(Customer), FieldPath.FromExpression(path))!;
        foreach (var customer in Documents)
        {
            var token = reader.Read(DocumentRoundTrip.Encode(customer, schema));
            Assert.Equal((object?)value(customer), TokenDecoder.IsNull(token) ? null : reader.Decode(token));
            Assert.Equal(value(customer), TokenDecoder.IsNull(token) ? default : reader.Decode<TValue>(token));
        }
    }

    private static void CheckEach<TValue>(
        LambdaExpression path, Func<Customer, IEnumerable<TValue?>?> values, Func<TValue?, TValue?, bool>? equal = null)
    {
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        var reader = FieldReader.Bind(schema, typeof(Customer), FieldPath.FromExpression(path))!;
        foreach (var customer in Documents)
        {
            var state = (Reader: reader, Found: new List<TValue?>());
            reader.ReadEach(DocumentRoundTrip.Encode(customer, schema), ref state, static (token, ref s) =>
            {
                s.Found.Add(s.Reader.DecodeEach<TValue>(token));
                return true;
            });
            var comparer = EqualityComparer<TValue?>.Create(equal ?? EqualityComparer<TValue?>.Default.Equals);
            Assert.Equal(values(customer) ?? [], state.Found, comparer);
        }
    }

    private static void CheckEach<TValue>(
        Expression<Func<Customer, object?>> path, Func<Customer, IEnumerable<TValue?>?> values) =>
        CheckEach((LambdaExpression)path, values);

    private static void CheckEach<TValue>(
        Expression<Func<Customer, object?>> path,
        Func<Customer, IEnumerable<TValue?>?> values,
        Func<TValue?, TValue?, bool> equal) =>
        CheckEach((LambdaExpression)path, values, equal);

    private static void CheckKey<T>(Expression<Func<Customer, T>> path, Func<Customer, object?> value, Type type)
    {
        var schema = DocumentRoundTrip.SchemaOf<Customer>();
        var reader = FieldReader.Bind(schema, typeof(Customer), FieldPath.FromExpression(path))!;
        foreach (var descending in new[] { false, true })
        {
            var key = KeyCodecs.IndexPart(type, descending);
            var encoder = TokenKeyEncoder.Create(reader, key);
            foreach (var customer in Documents)
            {
                var (fromToken, fromValue) = (new KeyBuffer(), new KeyBuffer());
                encoder.Append(reader.Read(DocumentRoundTrip.Encode(customer, schema)), fromToken);
                key.EncodeObject(value(customer), fromValue);
                Assert.Equal(fromValue.ToArray(), fromToken.ToArray());
            }
        }
    }
}

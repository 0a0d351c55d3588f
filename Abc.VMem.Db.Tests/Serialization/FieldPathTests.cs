using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;
using MessagePack;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed class FieldPathTests
{
    [Theory]
    [InlineData("City", false)]
    [InlineData("Address.City", false)]
    [InlineData("Tags[]", true)]
    [InlineData("Orders[].ProductId", true)]
    [InlineData("A[].B[].C", true)]
    public void Parse_Path_RoundTrips(string text, bool isMultikey)
    {
        var path = FieldPath.Parse(text);
        Assert.Equal(text, path.ToString());
        Assert.Equal(isMultikey, path.IsMultikey);
        Assert.Equal(path, FieldPath.Parse(text));
        Assert.Equal(path.GetHashCode(), FieldPath.Parse(text).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("A.")]
    [InlineData("[]")]
    [InlineData("A[].[]")]
    [InlineData("A[][]")]
    [InlineData("A[0]")]
    [InlineData("A .B")]
    public void Parse_NoPath_Throws(string text) =>
        Assert.ThrowsAny<ArgumentException>(() => FieldPath.Parse(text));

    [Fact]
    public void FromExpression_Members_GivePaths()
    {
        Check(x => x.City, "City");
        Check(x => x.Home.Street, "Home.Street");
        Check(x => x.Born!.Value, "Born");
        Check(x => x.Born!.Value.Year, "Born.Year");
        Check(x => (object)x.Age, "Age");
        Check(x => x.Tags, "Tags[]");
        Check(x => x.Photo, "Photo");
        Check(x => x.Renamed, "r");
        Check(x => x.Orders.Select(o => o.ProductId), "Orders[].ProductId");
        Check(x => x.Orders.Select(o => o.Ship.Street), "Orders[].Ship.Street");
        Check(x => x.Orders.SelectMany(o => o.Notes), "Orders[].Notes[]");
        Check(x => x.Orders.Select(o => o.Notes), "Orders[].Notes[]");
        Check(x => x.Orders.Select(o => o.ProductId).Distinct().ToList(), "Orders[].ProductId");
        Check(x => x.Orders, "Orders[]");
    }

    [Fact]
    public void FromExpression_OtherBodies_Throw()
    {
        Refuse(x => x);
        Refuse(x => x.Age + 1);
        Refuse(x => x.City.Length.ToString());
        Refuse(x => x.Orders.Where(o => o.ProductId > 1));
        Refuse(x => x.Orders[0].ProductId);
        var other = new Person();
        Refuse(x => other.City);
    }

    [Fact]
    public void FromExpressionMany_AnonymousAndTuples_GiveSeveral()
    {
        Assert.Equal(["City", "Home.Street"], Many(x => new { x.City, x.Home.Street }));
        Assert.Equal(["City", "Age"], Many(x => Tuple.Create(x.City, x.Age)));
        Assert.Equal(["City", "Age"], Many(x => ValueTuple.Create(x.City, x.Age)));
        Assert.Equal(["City", "Tags[]"], Many(x => new { x.City, x.Tags }));
        Assert.Equal(["City"], Many(x => x.City));
    }

    private static void Check<T>(Expression<Func<Person, T>> lambda, string path) =>
        Assert.Equal(path, FieldPath.FromExpression(lambda).ToString());

    private static void Refuse<T>(Expression<Func<Person, T>> lambda) =>
        Assert.Throws<ArgumentException>(() => FieldPath.FromExpression(lambda));

    private static IEnumerable<string> Many<T>(Expression<Func<Person, T>> lambda) =>
        FieldPath.FromExpressionMany(lambda).Select(path => path.ToString());


    public sealed class Home
    {
        public string Street { get; set; } = "";
    }

    public sealed class Order
    {
        public int ProductId { get; set; }

        public Home Ship { get; set; } = new();

        public string[] Notes { get; set; } = [];
    }

    public sealed class Person
    {
        public string City { get; set; } = "";

        public int Age { get; set; }

        public DateTime? Born { get; set; }

        public Home Home { get; set; } = new();

        public List<string> Tags { get; set; } = [];

        public byte[] Photo { get; set; } = [];

        public List<Order> Orders { get; set; } = [];

        [Key("r")]
        public int Renamed { get; set; }
    }
}

using Bogus;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A document of 12 fields with a nested list, as applications have them.</summary>
public sealed class Customer
{
    public long Id { get; set; }

    public string Name { get; set; } = "";

    public string? Mail { get; set; }

    public string City { get; set; } = "";

    public string Country { get; set; } = "";

    public int Age { get; set; }

    public decimal Credit { get; set; }

    public DateTime Created { get; set; }

    public bool Active { get; set; }

    public double Score { get; set; }

    public Address? Address { get; set; }

    public List<OrderLine> Lines { get; set; } = [];
}

/// <summary>A nested document.</summary>
public sealed class Address
{
    public string Street { get; set; } = "";

    public string? Zip { get; set; }

    public Position? Position { get; set; }
}

/// <summary>A document inside a document inside a document.</summary>
public readonly record struct Position(double Latitude, double Longitude);

/// <summary>An element of a list.</summary>
public sealed record OrderLine(int ProductId, string Name, int Quantity, decimal Price)
{
    public List<string>? Notes { get; init; }
}

/// <summary>Makes customers from a seed.</summary>
public static class Customers
{
    /// <summary>The same customers for the same seed.</summary>
    public static List<Customer> Create(int count, int seed)
    {
        var lines = new Faker<OrderLine>().UseSeed(seed).CustomInstantiator(f => new OrderLine(
            f.Random.Int(1, 5000), f.Commerce.ProductName(), f.Random.Int(1, 300), f.Random.Decimal(0, 1000))
        {
            Notes = f.Random.Bool(0.7f) ? null : [.. f.Lorem.Words(f.Random.Int(0, 3))],
        });
        return new Faker<Customer>().UseSeed(seed)
            .RuleFor(c => c.Id, f => f.IndexFaker)
            .RuleFor(c => c.Name, f => f.Name.FullName())
            .RuleFor(c => c.Mail, f => f.Internet.Email().OrNull(f, 0.2f))
            .RuleFor(c => c.City, f => f.Address.City() + f.PickRandom("", "ä", "€", "😀", "\uE000"))
            .RuleFor(c => c.Country, f => f.Address.CountryCode())
            .RuleFor(c => c.Age, f => f.Random.Int(-40, 90))
            .RuleFor(c => c.Credit, f => f.Finance.Amount())
            .RuleFor(c => c.Created, f => new DateTime(f.Date.Past(20).Ticks, f.PickRandom<DateTimeKind>()))
            .RuleFor(c => c.Active, f => f.Random.Bool())
            .RuleFor(c => c.Score, f => f.Random.Double(-1, 1))
            .RuleFor(c => c.Address, f => f.Random.Bool(0.2f) ? null : new Address
            {
                Street = f.Address.StreetAddress(),
                Zip = f.Address.ZipCode().OrNull(f, 0.3f),
                Position = f.Random.Bool(0.5f) ? null : new Position(f.Address.Latitude(), f.Address.Longitude()),
            })
            .RuleFor(c => c.Lines, f => f.Random.Bool(0.1f) ? null! : lines.GenerateBetween(0, 20))
            .Generate(count);
    }
}

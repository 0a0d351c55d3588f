namespace Abc.VMem.Db.Tests.Support;

internal sealed class Person
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string? Mail { get; set; }

    public int Age { get; set; }

    public PersonAddress? Address { get; set; }

    public List<string> Tags { get; set; } = [];

    public List<Purchase> Orders { get; set; } = [];

    public static Person Make(int number) => new()
    {
        Name = $"name {number}",
        Mail = number % 5 == 0 ? null : $"m{number}@example.org",
        Age = 20 + (number % 50),
        Address = number % 4 == 0
            ? null
            : new() { City = $"city {number % 7}", Zip = number % 3 == 0 ? null : $"{number}" },
        Tags = [.. Enumerable.Range(0, number % 4).Select(i => $"tag {(number + i) % 9}")],
        Orders =
        [
            .. Enumerable.Range(0, number % 3).Select(i => new Purchase { ProductId = (number + i) % 11, Amount = i }),
        ],
    };
}

internal sealed class PersonAddress
{
    public string? City { get; set; }

    public string? Zip { get; set; }
}

internal sealed class Purchase
{
    public int ProductId { get; set; }

    public decimal Amount { get; set; }
}

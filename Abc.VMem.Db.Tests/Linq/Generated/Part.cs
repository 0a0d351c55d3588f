namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>A document of the second collection, which generated queries join with things.</summary>
internal sealed class Part
{
    public int Id { get; set; }

    public int Owner { get; set; }

    public int? Rank { get; set; }

    public string? Name { get; set; }

    public decimal Weight { get; set; }

    public Color Color { get; set; }

    public List<string> Tags { get; set; } = [];
}

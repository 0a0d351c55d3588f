namespace Abc.VMem.Db.Tests.Architecture.Planted.Serialization;

/// <summary>Stands for a layer with the same number.</summary>
internal static class Sibling
{
    public static int Count { get; set; }
}

namespace Abc.VMem.Db.Tests.Architecture;

/// <summary>Calls go down only. The numbers are those of docs/ARCHITECTURE.md.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, int> Layers = new(StringComparer.Ordinal)
    {
        ["Errors"] = 0,
        ["Paging"] = 1,
        ["Serialization"] = 1,
        ["Transactions"] = 2,
        ["Structures"] = 3,
        ["Indexes"] = 4,
        ["Collections"] = 5,
        [""] = 6,
    };

    private static LayerRule Core => new("Abc.VMem.Db", Layers);

    private static LayerRule Planted => new("Abc.VMem.Db.Tests/Architecture/Planted", Layers);

    [Fact]
    public void Folder_OfTheCore_HasANumber() => Assert.Empty(Core.UnknownFolders);

    [Fact]
    public void Type_OfTheCore_UsesLowerLayersOnly() =>
        Assert.Empty(Core.FindViolations(typeof(VMemDbException).Assembly));

    /// <summary>A rule that never fires proves nothing: the planted types break it in every way we know of.</summary>
    [Fact]
    public void Type_PlantedToCallUpwards_IsCaught() =>
        Assert.Equal(
            [
                "Paging/Abc.VMem.Db.Tests.Architecture.Planted.CallsUpFromRootNamespace",
                "Paging/Abc.VMem.Db.Tests.Architecture.Planted.Paging.CallsFacadeWithoutUsing",
                "Paging/Abc.VMem.Db.Tests.Architecture.Planted.Paging.CallsSibling",
                "Paging/Abc.VMem.Db.Tests.Architecture.Planted.Paging.CallsUpFromIterator",
                "Paging/Abc.VMem.Db.Tests.Architecture.Planted.Paging.CallsUpInLambda",
                "Paging/Abc.VMem.Db.Tests.Architecture.Planted.Paging.HoldsUpperGeneric",
            ],
            Planted.FindViolations(typeof(LayerTests).Assembly));
}

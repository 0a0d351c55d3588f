namespace Abc.VMem.Db.Samples.Films;

/// <summary>What the user asked for.</summary>
/// <param name="Folder">Where the database is, or is made.</param>
/// <param name="File">File of films, or null: the catalogue where it is, else made-up films.</param>
/// <param name="MaxMappedPages">Cap on mapped pages, or null for the default.</param>
/// <param name="Verify">Whether each answer is compared with LINQ to Objects.</param>
public sealed record FilmsOptions(DirectoryInfo Folder, FileInfo? File, int? MaxMappedPages, bool Verify)
{
    /// <summary>A folder of this sample's own in the user's temporary folder.</summary>
    public static DirectoryInfo DefaultFolder => new(Path.Combine(Path.GetTempPath(), "abc-vmem-films"));
}

namespace Abc.VMem.Db;

/// <summary>The file holds something that the format does not allow: damage, or a file from a hostile hand.</summary>
public sealed class CorruptDatabaseException : VMemDbException
{
    /// <summary>Creates the exception for a place in the file.</summary>
    public CorruptDatabaseException(
        string structure, long pagePos, string expected, string found, string? path = null, Exception? inner = null)
        : base(Describe(structure, pagePos, expected, found, path), inner)
    {
        (Structure, PagePos, Expected, Found, Path) = (structure, pagePos, expected, found, path);
    }

    /// <summary>What was being read: "page", "map node", "free list", "log segment"…</summary>
    public string Structure { get; }

    /// <summary>Position of the page, or -1 when the damage is not in a page.</summary>
    public long PagePos { get; }

    /// <summary>What the format asks for at that place.</summary>
    public string Expected { get; }

    /// <summary>What is there.</summary>
    public string Found { get; }

    /// <summary>The file, when known.</summary>
    public string? Path { get; }

    private static string Describe(string structure, long pagePos, string expected, string found, string? path) =>
        $"The database is damaged{(path is null ? "" : $" ({path})")}: {structure}"
        + (pagePos < 0 ? "" : FormattableString.Invariant($" at page {pagePos}"))
        + $": expected {expected}, found {found}. Restore a backup, or copy what can be read into a new file.";
}

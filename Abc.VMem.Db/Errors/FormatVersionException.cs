namespace Abc.VMem.Db;

/// <summary>
/// The file is no database of ours, or one of a format that this version can't open. The file is untouched.
/// </summary>
public sealed class FormatVersionException : VMemDbException
{
    /// <summary>Creates the exception.</summary>
    public FormatVersionException(string message, string path, string found, string supported)
        : base(message)
    {
        (Path, Found, Supported) = (path, found, supported);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the file says it is.</summary>
    public string Found { get; }

    /// <summary>What this version opens.</summary>
    public string Supported { get; }
}

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A folder of a test's own, removed at its end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Full path of the folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("abc-vmem-test-").FullName;

    /// <summary>Full path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            // A test may have taken the right to change the folder.
            System.IO.File.SetUnixFileMode(
                Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Delete(Path, recursive: true);
    }
}

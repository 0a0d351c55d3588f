using System.Diagnostics;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>
/// Disks that are really full: in memory, and ext4 on a loop device, which allocates late. Inserts end with an error
/// that says so and leave nothing; what was acknowledged stays; deleting and compacting work without any room.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Namespace = "unshare --mount --map-root-user true";
    private const string Loop = "test $(id -u) = 0 && losetup -f && command -v mkfs.ext4";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>In a namespace of its own: whatever becomes of the child, nothing stays mounted.</summary>
    [ToolFact(Namespace)]
    public void Fill_DiskInMemory_LosesNothing() => RunOn(
        "unshare --mount --map-root-user", $"mount -t tmpfs -o size=3m none '{_folder.Path}'");

    [ToolFact(Loop)]
    public void Fill_DiskOnLoopDevice_LosesNothing()
    {
        var image = Path.GetTempFileName();
        try
        {
            RunOn(
                "unshare --mount",
                $"truncate -s 8M '{image}' && mkfs.ext4 -q -m 0 '{image}' && mount -o loop '{image}' '{_folder.Path}' "
                + $"&& rmdir '{_folder.Path}/lost+found'");
        }
        finally
        {
            File.Delete(image);
        }
    }

    private void RunOn(string shell, string mount)
    {
        var program = $"dotnet exec '{typeof(FullDiskTests).Assembly.Location}' {ChildProgram.Fill} '{_folder.Path}'";
        using var child = Process.Start(new ProcessStartInfo("sh", ["-c", $"{shell} sh -c \"{mount} && {program}\""])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = child.StandardError.ReadToEndAsync();
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, output + errors.Result);
        Assert.Matches(@"^[1-9]\d* documents, [1-9]\d* refusals\nsound\n$", output);
    }
}

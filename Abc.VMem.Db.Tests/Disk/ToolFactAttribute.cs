using System.Diagnostics;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>A test that needs a tool of the system; skipped, and said so, where the tool does not work.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="probe">A command that succeeds where the test can run.</param>
    public ToolFactAttribute(string probe)
    {
        if (!Succeeds(probe))
        {
            Skip = $"'{probe}' does not work here.";
        }
    }

    private static bool Succeeds(string probe)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", probe])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

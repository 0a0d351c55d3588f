using System.Collections.Concurrent;
using System.Diagnostics;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>This test assembly running a <see cref="ChildProgram"/> in a process of its own.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>Lines of the child's standard output; ends when the child does.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>What the child wrote to its standard error.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Exit code, once <see cref="WaitForExit"/> has returned.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a child, as a user without rights when <paramref name="asNobody"/> is set.</summary>
    public static ChildProcess Start(bool asNobody, params string[] arguments) =>
        Start(asNobody, default, arguments);

    /// <summary>Starts a child with an environment variable of its own.</summary>
    public static ChildProcess Start(
        bool asNobody, KeyValuePair<string, string> variable, params string[] arguments)
    {
        string[] command = ["dotnet", "exec", typeof(ChildProcess).Assembly.Location, .. arguments];
        if (asNobody)
        {
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Neither the runtime's diagnostics pipe nor its crash dumps are wanted in a process made to be killed.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (variable.Key is not null)
        {
            start.Environment[variable.Key] = variable.Value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
        var child = new ChildProcess(process);
        process.ErrorDataReceived += (_, line) => child._errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Ends the child at once, wherever it is (SIGKILL; TerminateProcess on Windows).</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Closes the child's standard input, which asks it to end, and waits.</summary>
    public void WaitForExit()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(1)), "The child did not end.");
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}

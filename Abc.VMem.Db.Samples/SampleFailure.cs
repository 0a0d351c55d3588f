using System.CommandLine;

namespace Abc.VMem.Db.Samples;

/// <summary>Whatever a user can cause ends in one line, not in a stack trace.</summary>
internal static class SampleFailure
{
    /// <summary>Runs a sample.</summary>
    /// <returns>The exit code: 0, or 1 after a failure that was told.</returns>
    public static int Guard(ParseResult parsed, Action<TextWriter> run)
    {
        var streams = parsed.InvocationConfiguration;
        try
        {
            run(streams.Output);
            return 0;
        }
        catch (Exception failure) when (failure is VMemDbException or IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine(failure.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }
}

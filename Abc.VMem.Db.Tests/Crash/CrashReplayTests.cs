using System.Globalization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Makes exactly one state again, or one fault: what the message of a failure says after VMEM_CRASH, in that
/// environment variable, with its VMEM_SEED. Without the variable these tests show that it works.
/// </summary>
public sealed class CrashReplayTests
{
    [Theory]
    [InlineData("engine/LogSwitch / 57 Random 1234 / 3 Torn 77")]
    [InlineData("engine/Update / 12 Kill 0 / 5 None 0")]
    [InlineData("pool/Append / 30 Reordered 5")]
    [InlineData("pool/Random5 / 40 OnlyLast 0")]
    public void State_OfAPath_IsTheSameEachTime(string path)
    {
        var parsed = CrashPath.Parse(path);
        Assert.Equal(path, parsed.ToString());
        Assert.Equal(CrashBench.Find(parsed).Digest(), CrashBench.Find(parsed).Digest());
        CrashBench.Replay(parsed);
    }

    [Fact]
    public void State_OfTheEnvironment_IsVerified()
    {
        var text = Environment.GetEnvironmentVariable("VMEM_CRASH") is { Length: > 0 } given
            ? given
            : "engine/Insert / WriteError 9 1";
        var parts = text.Split(" / ");
        var words = parts[^1].Split(' ');
        if (!Enum.TryParse<FaultKind>(words[0], out var kind))
        {
            CrashBench.Replay(CrashPath.Parse(text));
            return;
        }

        var bench = new FaultBench(CrashScripts.Named(parts[0]));
        var (call, calls) = (Parse(words[1]), Parse(words[2]));
        bench.Strike(new(kind, call, calls));
        Assert.Equal(1, bench.Verified);

        static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
    }
}

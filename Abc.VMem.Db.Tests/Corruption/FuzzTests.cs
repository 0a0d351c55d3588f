using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// Inputs that were made by what they reach: of open (data file and log), the MessagePack skipper and field reader, the
/// deserializer, the key decoder, and the catalog's decoders.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class FuzzTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Skip", 40_000, 4_096)]
    [InlineData("ReadFields", 10_000, 4_096)]
    [InlineData("DecodeDocument", 6_000, 4_096)]
    [InlineData("DecodeKey", 30_000, 64)]
    [InlineData("DecodeSchema", 6_000, 4_096)]
    [InlineData("DecodeDefinition", 6_000, 4_096)]
    [InlineData("OpenFile", 1_500, 96)]
    [InlineData("OpenLog", 1_000, 96)]
    public void AnyInput_AnswersOrIsRefused(string target, int count, int maxLength)
    {
        var start = Environment.CpuUsage.TotalTime;
        var method = InstrumentedCode.Instance.Target(target);
        using var fuzzer = new CoverageFuzzer(method, Proof.Seed, maxLength);
        try
        {
            foreach (var seed in FuzzTargets.Seeds(target))
            {
                fuzzer.Add(seed);
            }

            fuzzer.Run(Proof.Scale(count));
        }
        catch (Exception error)
        {
            var input = Convert.ToHexString(fuzzer.Current);
            Assert.Fail($"{target}, VMEM_SEED={Proof.Seed}, input {input}: {error}");
        }

        var spent = Environment.CpuUsage.TotalTime - start;
        output.WriteLine(FormattableString.Invariant(
            $"{fuzzer.Branches} branches, {fuzzer.CorpusCount} inputs kept, {spent.TotalSeconds:F1} s"));
        Assert.True(fuzzer.Branches > 0 && fuzzer.CorpusCount > 1, "no branch was counted");
        Proof.Count(ProofKind.FuzzInput, Proof.Scale(count), $"{nameof(FuzzTests)} {target}");
    }
}

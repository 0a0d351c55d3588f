using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// The random operations themselves: a failure that is planted is found again in a short script, and a script does what
/// the run did, as C# that compiles against what the database shows to programs.
/// </summary>
public sealed class ShrinkTests
{
    private const int Operations = 400;

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_WithAPlantedMistake_IsShrunkToAScriptThatFails(int seed)
    {
        var generator = new OperationGenerator(seed);
        var operations = generator.Make(Operations);
        for (var at = 40; at < operations.Count; at += 40)
        {
            operations.Insert(at, new Mistaken(0, at, new Row(at % 200, 1, -1, 3, 100, at)));
        }

        var error = Assert.Throws<Xunit.Sdk.XunitException>(
            () => ModelReplay.Run(generator.Setup, operations, "planted"));

        var script = Script(error.Message);
        var statements = script.Split('\n').Where(line => line.StartsWith("        ", StringComparison.Ordinal));
        Assert.InRange(statements.Count(), 3, 8);
        var failure = Assert.Throws<TargetInvocationException>(() => Execute(script));
        Assert.IsType<Xunit.Sdk.FalseException>(failure.InnerException);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Script_OfAWholeRun_CompilesAndPasses(int seed)
    {
        var generator = new OperationGenerator(seed);

        var (script, failure) = ModelReplay.Write(generator.Setup, generator.Make(Operations));

        Assert.Null(failure);
        Execute(script);
    }

    [Fact]
    public void Run_Again_DoesTheSame()
    {
        var texts = Enumerable.Range(0, 2).Select(_ =>
        {
            var generator = new OperationGenerator(21);
            return ModelReplay.Write(generator.Setup, generator.Make(Operations)).Script;
        });

        Assert.Single(texts.Distinct());
    }

    private static string Script(string message)
    {
        var from = message.IndexOf("using Abc.VMem.Db;", StringComparison.Ordinal);
        var to = message.IndexOf("It failed with", StringComparison.Ordinal);
        return message[from..to];
    }

    /// <summary>Compiles a script in an assembly of its own, which sees what is public only, and runs it.</summary>
    private static void Execute(string script)
    {
        const string Usings = """
            global using System;
            global using System.Linq;
            """;
        var compilation = CSharpCompilation.Create(
            $"Replay{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(script)],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Take(5)) + script);
        var replay = Assembly.Load(image.ToArray()).GetType("Replayed")!;
        replay.GetMethods()[0].Invoke(Activator.CreateInstance(replay), null);
    }

    /// <summary>An upsert that takes it for new when a larger text replaces another one.</summary>
    private sealed record Mistaken(int On, int Key, Row Row) : RowOperation(On, Key, Row)
    {
        public override void Run(ModelRun run)
        {
            var state = run.State.Table(On);
            var after = state.Put(Key, Row);
            string Code(string place) => $"{Table.In(place)}.Upsert({Table.Print(Key, Row)})";
            Change(run, after, state.Rows.ContainsKey(Key), place => Table.Upsert(place, Key, Row), Code);
            if (state.Rows.Count > 3)
            {
                Change(run, after, false, place => Table.Upsert(place, Key, Row), Code);
            }
        }
    }
}

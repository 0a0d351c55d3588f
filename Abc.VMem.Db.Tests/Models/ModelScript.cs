using System.Text;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>What a run did, written as a test in C#.</summary>
internal sealed class ModelScript(string name)
{
    private readonly List<string> _lines = [];

    /// <summary>Lines so far.</summary>
    public int Count => _lines.Count;

    /// <summary>Adds a statement.</summary>
    public void Add(string statement) => _lines.Add(statement);

    /// <summary>The last statement found the power gone.</summary>
    public void LastFailed() => _lines[^1] = $"Assert.ThrowsAny<Exception>(() => {{ {_lines[^1]} }});";

    /// <summary>The whole file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($$"""
            using Abc.VMem.Db;
            using Abc.VMem.Db.Linq;
            using Abc.VMem.Db.Tests.Models;
            using Xunit;
            using static Abc.VMem.Db.Tests.Models.ModelData;

            public sealed class Replayed
            {
                [Fact]
                public void {{name}}()
                {

            """);
        foreach (var line in _lines)
        {
            text.Append("        ").AppendLine(line);
        }

        return text.AppendLine("    }").AppendLine("}").ToString();
    }
}

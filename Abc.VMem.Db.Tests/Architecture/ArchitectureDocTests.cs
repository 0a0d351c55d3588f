using System.Text.RegularExpressions;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Architecture;

/// <summary>Documents that name files name files that exist; the README's code is compiled code.</summary>
public sealed partial class ArchitectureDocTests
{
    private static readonly string[] Bases = ["", "Abc.VMem.Db/", "Abc.VMem.Db.Linq/", "Abc.VMem.Db.Tests/", "docs/"];

    [Theory]
    [InlineData("docs/ARCHITECTURE.md")]
    [InlineData("docs/FORMAT.md")]
    [InlineData("README.md")]
    public void Document_EachFileItNames_Exists(string document)
    {
        var missing = FileName().Matches(Repository.Read(document))
            .Select(match => match.Groups[1].Value)
            .Where(name => !Bases.Any(folder => File.Exists(Repository.PathOf(folder + name))));
        Assert.Empty(missing);
    }

    [Fact]
    public void ArchitectureDocument_EachFolderOfTheCore_IsNamed()
    {
        var text = Repository.Read("docs/ARCHITECTURE.md");
        var folders = Repository.SourceFiles("Abc.VMem.Db")
            .Select(file => file.Split('/'))
            .Where(parts => parts.Length > 2)
            .Select(parts => $"`{parts[1]}/`")
            .Distinct();
        Assert.Empty(folders.Where(folder => !text.Contains(folder, StringComparison.Ordinal)));
    }

    [Fact]
    public void Readme_EachSnippet_IsARegionOfACompiledSample()
    {
        var regions = Repository.SourceFiles("Abc.VMem.Db.Samples").SelectMany(Regions).ToHashSet();
        var snippets = Snippet().Matches(Repository.Read("README.md")).Select(match => match.Groups[1].Value.Trim());
        Assert.NotEmpty(snippets);
        Assert.Empty(snippets.Where(snippet => !regions.Contains(snippet)));
    }

    private static IEnumerable<string> Regions(string file) =>
        Region().Matches(Repository.Read(file)).Select(match => Unindent(match.Groups[1].Value));

    private static string Unindent(string text)
    {
        var lines = text.Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..] : "")).Trim();
    }

    [GeneratedRegex(@"`([A-Za-z0-9_./-]+\.(?:cs|csproj|md|sln|props|txt|json)|\.ci/run)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"#region [^\n]*\n(.*?)\n\s*#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();
}

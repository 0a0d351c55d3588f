using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>The source tree these tests were built from: found by walking up to the solution file.</summary>
internal static class Repository
{
    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of a file, given relative to the solution with forward slashes.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>Text of a file, with line ends as "\n".</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    /// <summary>All C# files under a folder, relative to the solution, in ordinal order.</summary>
    public static IReadOnlyList<string> SourceFiles(string folder = "") =>
        [.. Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
            .Order(StringComparer.Ordinal)];

    /// <summary>Syntax tree of a file.</summary>
    public static CompilationUnitSyntax Parse(string relative) =>
        CSharpSyntaxTree.ParseText(Read(relative), new CSharpParseOptions(LanguageVersion.Preview))
            .GetCompilationUnitRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Abc.VMem.Db.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Abc.VMem.Db.sln above {AppContext.BaseDirectory}.");
    }
}

using Abc.VMem.Db.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Abc.VMem.Db.Tests.Architecture;

/// <summary>
/// Style that can be measured. A listed exception states the size it has now: a larger one fails, and so does a smaller
/// one, so that the lists only shrink. Nothing is added to them.
/// </summary>
public sealed class TidyTests
{
    private const int MaxFileLines = 500;
    private const int MaxMethodLines = 70;
    private const int MaxColumns = 120;

    private static readonly string[] ForbiddenFolders =
        ["Utils", "Utilities", "Helpers", "Services", "Common", "Misc", "Shared", "Managers"];

    private static readonly Dictionary<string, int> LongFiles = [];

    private static readonly Dictionary<string, int> LongMethods = [];

    private static readonly Dictionary<string, int> WideLines = [];

    [Fact]
    public void File_OfAnyProject_IsShort() =>
        AssertListed(LongFiles, Measure((file, lines) => lines.Length > MaxFileLines ? [(file, lines.Length)] : []));

    [Fact]
    public void Line_OfAnyFile_FitsTheColumns() =>
        AssertListed(WideLines, Measure((file, lines) =>
        {
            var wide = lines.Count(line => line.Length > MaxColumns);
            return wide > 0 ? [(file, wide)] : [];
        }));

    [Fact]
    public void Method_OfAnyType_IsShort() =>
        AssertListed(LongMethods, Measure((file, _) => Methods(Repository.Parse(file))
            .Where(method => method.Lines > MaxMethodLines)
            .Select(method => ($"{file}: {method.Name}", method.Lines))));

    [Fact]
    public void UnsafeKeyword_OutsidePaging_IsNotUsed() =>
        Assert.Empty(Repository.SourceFiles()
            .Where(file => !file.StartsWith("Abc.VMem.Db/Paging/", StringComparison.Ordinal))
            .Where(file => !file.StartsWith("Abc.VMem.Db.Tests/", StringComparison.Ordinal))
            .Where(file => Repository.Parse(file).DescendantTokens().Any(t => t.IsKind(SyntaxKind.UnsafeKeyword))));

    [Fact]
    public void Folder_OfAnyProject_SaysWhatIsInIt() =>
        Assert.Empty(Folders().Where(f => ForbiddenFolders.Contains(f.Name, StringComparer.OrdinalIgnoreCase)));

    /// <summary>With a folder and a type of one name, the type's simple name means the namespace (CS0118).</summary>
    [Fact]
    public void Folder_OfTheProduct_IsNotNamedLikeAType()
    {
        var types = Repository.SourceFiles()
            .Where(IsProduct)
            .SelectMany(file => Repository.Parse(file).DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .Select(type => type.Identifier.Text)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(Folders().Where(folder => IsProduct(folder.File) && types.Contains(folder.Name)));
    }

    /// <summary>The counter is itself under test: what stands above a method does not count.</summary>
    [Fact]
    public void MethodLines_OfAKnownText_AreCounted()
    {
        const string Text = """
            class C
            {
                /// <summary>Not counted.</summary>
                [Fact]
                void Three(
                    int a) =>
                    Call(a);

                int P { get { return 1; } }

                void Outer()
                {
                    void Inner()
                    {
                    }
                }
            }
            """;
        Assert.Equal(
            [("Three", 3), ("P.get", 1), ("Outer", 6), ("Inner", 3)],
            Methods(CSharpSyntaxTree.ParseText(Text).GetCompilationUnitRoot()));
    }

    private static bool IsProduct(string file) =>
        file.StartsWith("Abc.VMem.Db/", StringComparison.Ordinal)
        || file.StartsWith("Abc.VMem.Db.Linq/", StringComparison.Ordinal);

    private static IEnumerable<(string File, string Name)> Folders() =>
        Repository.SourceFiles()
            .SelectMany(file => file.Split('/')[1..^1].Select(name => (Path.GetDirectoryName(file)!, name)))
            .Select(pair => (pair.Item1.Replace('\\', '/') + "/", pair.name))
            .Distinct();

    private static Dictionary<string, int> Measure(
        Func<string, string[], IEnumerable<(string Place, int Size)>> measure) =>
        Repository.SourceFiles()
            .SelectMany(file => measure(file, Repository.Read(file).TrimEnd('\n').Split('\n')))
            .ToDictionary(found => found.Place, found => found.Size, StringComparer.Ordinal);

    private static void AssertListed(Dictionary<string, int> listed, Dictionary<string, int> found) =>
        Assert.True(Rows(listed) == Rows(found), $"Listed:\n{Rows(listed)}\nFound:\n{Rows(found)}");

    private static string Rows(Dictionary<string, int> sizes) =>
        string.Join('\n', sizes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => FormattableString.Invariant($"[\"{pair.Key}\"] = {pair.Value},")));

    private static IEnumerable<(string Name, int Lines)> Methods(CompilationUnitSyntax unit) =>
        unit.DescendantNodes().Select(node => node switch
        {
            MethodDeclarationSyntax m => (m.Identifier.Text, CountLines(m, m.Modifiers, m.ReturnType)),
            ConstructorDeclarationSyntax c => (c.Identifier.Text, CountLines(c, c.Modifiers, c)),
            BaseMethodDeclarationSyntax o => ("operator", CountLines(o, o.Modifiers, o)),
            LocalFunctionStatementSyntax f => (f.Identifier.Text, CountLines(f, f.Modifiers, f.ReturnType)),
            AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax p } a
                when a.Body is not null || a.ExpressionBody is not null =>
                ($"{p.Identifier.Text}.{a.Keyword.Text}", CountLines(a, a.Modifiers, a)),
            _ => ("", 0),
        }).Where(method => method.Item2 > 0);

    /// <summary>Lines from the signature to the end: attributes and documentation are not the method.</summary>
    private static int CountLines(SyntaxNode node, SyntaxTokenList modifiers, SyntaxNode firstWithoutModifiers)
    {
        var start = modifiers.Count > 0 ? modifiers[0].SpanStart : firstWithoutModifiers.SpanStart;
        var lines = node.SyntaxTree.GetText().Lines;
        return lines.GetLineFromPosition(node.Span.End).LineNumber - lines.GetLineFromPosition(start).LineNumber + 1;
    }
}

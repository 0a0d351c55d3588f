using System.Reflection;
using Abc.VMem.Db.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mono.Cecil;
using NetArchTest.Rules;

namespace Abc.VMem.Db.Tests.Architecture;

/// <summary>
/// A folder may use only folders with a lower number. A type belongs to the folder its source file lies in, so that
/// the types whose namespace is the root one, but which live in a lower layer, are judged by their layer.
/// </summary>
internal sealed class LayerRule
{
    private readonly Dictionary<string, int> _numbers;
    private readonly Dictionary<string, string> _folderOfType;

    /// <summary>Reads which type lies in which folder; the root itself is the folder "".</summary>
    public LayerRule(string sourceRoot, Dictionary<string, int> numbers)
    {
        _numbers = numbers;
        _folderOfType = Repository.SourceFiles(sourceRoot)
            .SelectMany(file => TypesOf(file).Select(type => (type, folder: FolderOf(file, sourceRoot))))
            .DistinctBy(pair => pair)
            .ToDictionary(pair => pair.type, pair => pair.folder, StringComparer.Ordinal);
    }

    /// <summary>Folders that hold types and have no number.</summary>
    public IEnumerable<string> UnknownFolders => _folderOfType.Values.Distinct().Where(f => !_numbers.ContainsKey(f));

    /// <summary>Each type that uses a folder it may not use, as "folder/type".</summary>
    public IReadOnlyList<string> FindViolations(Assembly assembly) =>
        [.. _numbers.Keys.SelectMany(folder => FindViolations(assembly, folder)).Order(StringComparer.Ordinal)];

    private IEnumerable<string> FindViolations(Assembly assembly, string folder)
    {
        var forbidden = _folderOfType
            .Where(pair => pair.Value != folder && _numbers[pair.Value] >= _numbers[folder])
            .Select(pair => pair.Key)
            .ToArray();
        if (forbidden.Length == 0)
        {
            return [];
        }

        var result = Types.InAssembly(assembly)
            .That().MeetCustomRule(new LiesIn(_folderOfType, folder))
            .ShouldNot().HaveDependencyOnAny(forbidden)
            .GetResult();
        return (result.FailingTypeNames ?? []).Select(type => $"{(folder.Length == 0 ? "(root)" : folder)}/{type}");
    }

    private static string FolderOf(string file, string sourceRoot)
    {
        var inside = file[(sourceRoot.Length + 1)..];
        return inside[..Math.Max(0, inside.IndexOf('/', StringComparison.Ordinal))];
    }

    private static IEnumerable<string> TypesOf(string file)
    {
        foreach (var space in Repository.Parse(file).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
        {
            foreach (var member in space.Members)
            {
                var name = member switch
                {
                    TypeDeclarationSyntax type => WithArity(type.Identifier.Text, type.TypeParameterList),
                    DelegateDeclarationSyntax type => WithArity(type.Identifier.Text, type.TypeParameterList),
                    BaseTypeDeclarationSyntax type => type.Identifier.Text,
                    _ => null,
                };
                if (name is not null)
                {
                    yield return $"{space.Name}.{name}";
                }
            }
        }
    }

    private static string WithArity(string name, TypeParameterListSyntax? parameters) =>
        parameters is null ? name : FormattableString.Invariant($"{name}`{parameters.Parameters.Count}");

    private sealed class LiesIn(Dictionary<string, string> folderOfType, string folder) : ICustomRule
    {
        public bool MeetsRule(TypeDefinition type)
        {
            while (type.DeclaringType is not null)
            {
                type = type.DeclaringType;
            }

            return folderOfType.TryGetValue(type.FullName, out var found) && found == folder;
        }
    }
}

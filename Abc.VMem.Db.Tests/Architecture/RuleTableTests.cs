using System.Reflection;
using System.Text.RegularExpressions;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Architecture;

/// <summary>
/// The table of docs/TESTING.md that <c>.ci/mutate</c> goes by is about the rules and tests that are there.
/// </summary>
public sealed partial class RuleTableTests
{
    [Fact]
    public void Table_NamesEachRuleOnce() =>
        Assert.Equal(
            Enum.GetNames<Rule>().Where(name => name != nameof(Rule.None)).Order(StringComparer.Ordinal),
            Rows().Select(row => row.Groups["rule"].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void Table_NamesTestsThatExist()
    {
        var tests = typeof(RuleTableTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.FullName}.{method.Name}"))
            .ToList();
        Assert.Empty(Rows()
            .Select(row => row.Groups["test"].Value.Split('&')[0])
            .Where(words => words.Length > 0 && !tests.Exists(name => name.Contains(words, StringComparison.Ordinal))));
    }

    /// <summary>In the product a rule can't be left out: there is nothing that could say so.</summary>
    [Fact]
    public void Rules_OfTheProduct_HaveNoState()
    {
#if !VMEM_MUTATION
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        Assert.Empty(typeof(Rules).GetFields(Any));
        Assert.Empty(typeof(Yields).GetFields(Any));
#endif
        Assert.All(Enum.GetValues<Rule>(), rule => Assert.Equal(rule != Rule.None, Rules.Holds(rule)));
    }

    private static List<Match> Rows()
    {
        var text = Repository.Read("docs/TESTING.md");
        var from = text.IndexOf("\n## Mutation", StringComparison.Ordinal);
        var to = text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        return [.. Row().Matches(to < 0 ? text[from..] : text[from..to]).Cast<Match>()];
    }

    [GeneratedRegex(@"^\| `(?<rule>[A-Z][A-Za-z]*)` \|[^|]*\|[^|`]*(`(?<test>[^`]*)`)?[^|]*\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

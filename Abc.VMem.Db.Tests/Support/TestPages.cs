using System.Globalization;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// The cap of tests that choose none: VMEM_TEST_PAGES, or what the test's frame takes by itself. With 16 the suite
/// shows that everything works in the smallest pool.
/// </summary>
internal static class TestPages
{
    private static readonly int? s_pages =
        Environment.GetEnvironmentVariable("VMEM_TEST_PAGES") is { Length: > 0 } pages
            ? int.Parse(pages, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The cap to use where a test's frame would take the given one.</summary>
    public static int Or(int pages) => s_pages ?? pages;

    // Before any test opens anything: options without a cap are those of the program.
    [ModuleInitializer]
    internal static void LowerDefault() => EngineOptions.DefaultMappedPages = Or(EngineOptions.DefaultMappedPages);
}

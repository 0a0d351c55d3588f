namespace Abc.VMem.Db;

/// <summary>What a check went through; when there is a report, everything held.</summary>
/// <param name="Pages">Pages of the file.</param>
/// <param name="FreePages">Pages that are free.</param>
/// <param name="Collections">Collections.</param>
/// <param name="Documents">Documents in them.</param>
/// <param name="Indexes">Indexes.</param>
/// <param name="IndexEntries">Entries in them.</param>
/// <param name="Maps">Named maps.</param>
/// <param name="MapEntries">Entries in them.</param>
/// <param name="Lists">Named lists, stacks and strings.</param>
/// <param name="ListItems">Items in them; of strings, bytes.</param>
public sealed record CheckReport(
    long Pages,
    long FreePages,
    long Collections,
    long Documents,
    long Indexes,
    long IndexEntries,
    long Maps,
    long MapEntries,
    long Lists,
    long ListItems);

/// <summary>How far a check is.</summary>
/// <param name="Structure">What is being checked, such as "collection 'people'".</param>
/// <param name="Items">Documents, entries and pages checked so far.</param>
public readonly record struct CheckProgress(string Structure, long Items);

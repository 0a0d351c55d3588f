namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Every script: what power losses and faults are tried on. Recovery itself is no script; it is cut off wherever a
/// script was, up to two deep.
/// </summary>
/// <remarks>
/// | what | where |
/// | --- | --- |
/// | first open | engine/FirstOpen, pool/FirstOpen |
/// | insert, overflow insert, update, delete | engine/Insert, OverflowInsert, Update, Delete; database/Documents |
/// | split, merge | engine/Split, Merge, SplitAndMerge; pool/SplitAndMerge |
/// | root growth and collapse | engine/RootGrowthAndCollapse |
/// | index build and drop | database/IndexBuildAndDrop, Documents |
/// | big transaction, spill | engine/BigTransaction, Spill, SpillUnderSnapshot, Savepoints |
/// | bulk | database/Bulk |
/// | checkpoint, log switch | engine/Checkpoint, LogSwitch, SmallCommits |
/// | grow, shrink | engine/Grow, Shrink, ShrinkAndRegrow |
/// | compact | database/Compact |
/// | repair, copies | file/Repair, RepairWithLog, CompactTo |
/// </remarks>
internal static class CrashScripts
{
    /// <summary>Every script of every level.</summary>
    public static IReadOnlyList<CrashScript> All { get; } =
        [.. EngineScript.All, .. PoolScript.All, .. DatabaseScript.All, .. NewFileScript.All];

    /// <summary>Names of a level's scripts, for theories.</summary>
    public static TheoryData<string> Of(string level) =>
        [.. All.Where(script => script.Level == level).Select(script => script.Name)];

    /// <summary>The script with a name.</summary>
    public static CrashScript Named(string name) =>
        name.StartsWith(PoolScript.RandomPrefix, StringComparison.Ordinal)
            ? PoolScript.Random(int.Parse(name[PoolScript.RandomPrefix.Length..]))
            : All.Single(script => script.Name == name);
}

using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Format;

/// <summary>Every struct laid over a file: whole, gapless, aligned, and described row by row in FORMAT.md.</summary>
public sealed class LayoutTests
{
    public static TheoryData<string> Structs => [.. OnDiskStruct.OfProduct().Select(found => found.Name)];

    [Theory]
    [MemberData(nameof(Structs))]
    public void Struct_OnDisk_IsExplicitWithoutGapOrOverlap(string name) => Assert.Equal("", Problems(Find(name)));

    [Theory]
    [MemberData(nameof(Structs))]
    public void Struct_OnDisk_IsInFormatDocumentRowByRow(string name)
    {
        Assert.True(FormatDocument.ReadStructs().TryGetValue(name, out var rows), $"No heading `{name}` in FORMAT.md.");
        Assert.Equal(Find(name).Fields, rows);
    }

    [Fact]
    public void FormatDocument_EachStruct_IsInTheCode() =>
        Assert.Empty(FormatDocument.ReadStructs().Keys.Except(OnDiskStruct.OfProduct().Select(found => found.Name)));

    [Fact]
    public void Struct_WithEveryMistake_IsCaught()
    {
        Assert.Contains("gap before Late", Problems(new OnDiskStruct(typeof(Gap))), StringComparison.Ordinal);
        Assert.Contains("overlap at Second", Problems(new OnDiskStruct(typeof(Overlap))), StringComparison.Ordinal);
        Assert.Contains("misaligned: Second", Problems(new OnDiskStruct(typeof(Misaligned))), StringComparison.Ordinal);
        Assert.Contains("not explicit", Problems(new OnDiskStruct(typeof(Implicit))), StringComparison.Ordinal);
        Assert.Contains("declares 16", Problems(new OnDiskStruct(typeof(TooLarge))), StringComparison.Ordinal);
        Assert.Equal("", Problems(new OnDiskStruct(typeof(PageHeader))));
    }

    [Fact]
    public void FormatDocument_WithOtherRows_DiffersFromTheStruct()
    {
        var read = FormatDocument.ReadStructs("""
            ### §9.1 `Gap`
            | offset | size | name | meaning |
            |---|---|---|---|
            | 0 | 4 | Early | first |
            | 8 | 8 | `Late` | second |
            ## §10 Other
            | 0 | 1 | NotRead | a table that is no struct's |
            """);
        Assert.Equal([new FieldRow(0, 4, "Early"), new FieldRow(8, 8, "Late")], Assert.Single(read).Value);
        Assert.NotEqual(new OnDiskStruct(typeof(Misaligned)).Fields, read["Gap"]);
    }

    private static OnDiskStruct Find(string name) => OnDiskStruct.OfProduct().Single(found => found.Name == name);

    private static string Problems(OnDiskStruct found)
    {
        var problems = new List<string>();
        if (!found.IsExplicit)
        {
            return "not explicit";
        }

        var end = 0;
        foreach (var field in found.Fields)
        {
            if (field.Offset != end)
            {
                problems.Add(field.Offset > end ? $"gap before {field.Name}" : $"overlap at {field.Name}");
            }

            end = field.Offset + field.Size;
        }

        if (found.DeclaredBytes != end || found.ActualBytes != end)
        {
            problems.Add($"fields end at {end}, declares {found.DeclaredBytes}, has {found.ActualBytes}");
        }

        problems.AddRange(found.Misaligned.Select(name => $"misaligned: {name}"));
        return string.Join("; ", problems);
    }

#pragma warning disable CS0649 // Looked at by reflection only.
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Gap
    {
        [FieldOffset(0)] public int Early;
        [FieldOffset(8)] public long Late;
    }

    [StructLayout(LayoutKind.Explicit, Size = 6)]
    private struct Overlap
    {
        [FieldOffset(0)] public int First;
        [FieldOffset(2)] public int Second;
    }

    [StructLayout(LayoutKind.Explicit, Size = 6)]
    private struct Misaligned
    {
        [FieldOffset(0)] public short First;
        [FieldOffset(2)] public int Second;
    }

    private struct Implicit
    {
        public int First;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct TooLarge
    {
        [FieldOffset(0)] public long First;
    }
#pragma warning restore CS0649
}

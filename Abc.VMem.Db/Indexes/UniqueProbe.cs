using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Indexes;

/// <summary>Guards unique indexes.</summary>
internal static class UniqueProbe
{
    /// <summary>Refuses entries whose value is taken, in the index or by another one of them.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="collection">Name of the collection, for the message.</param>
    /// <param name="index">A unique index.</param>
    /// <param name="added">Entries to come, sorted.</param>
    /// <param name="removed">Entries that go in the same statement, sorted; null = none.</param>
    /// <exception cref="DuplicateKeyException">A value is taken.</exception>
    public static void Check(
        PageReader pages, string collection, IndexDefinition index, EntrySet added, EntrySet? removed)
    {
        for (var i = 0; i < added.Count; i++)
        {
            if (added.HasNull(i))
            {
                continue;
            }

            var isTwice = i > 0 && !added.HasNull(i - 1) && added.Parts(i).SequenceEqual(added.Parts(i - 1));
            if (isTwice || IsTaken(pages, index, added.Parts(i), removed))
            {
                throw Duplicate(collection, index, added.Parts(i));
            }
        }
    }

    /// <summary>The error of a value that is taken.</summary>
    public static DuplicateKeyException Duplicate(
        string collection, IndexDefinition index, ReadOnlySpan<byte> parts)
    {
        var values = new object?[index.Parts.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = index.Parts[i].Codec.DecodeObject(parts, out var consumed);
            parts = parts[consumed..];
        }

        return new(collection, index.Name, values.Length == 1 ? values[0] : $"({string.Join(", ", values)})");
    }

    /// <summary>Whether an entry of the index has these parts, one that does not go in the same statement.</summary>
    public static bool IsTaken(PageReader pages, IndexDefinition index, ReadOnlySpan<byte> parts, EntrySet? removed)
    {
        var (from, to) = (parts.ToArray(), KeyCodecs.Successor(parts));
        using var scan = new MapScan(pages, index.State, from, to, descending: false);
        while (scan.MoveNext())
        {
            if (removed is null || !removed.Contains(scan.Key))
            {
                return true;
            }
        }

        return false;
    }
}

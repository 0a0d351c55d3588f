using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Indexes;

/// <summary>Finds where an entry's parts end.</summary>
internal static class EntryParts
{
    /// <summary>Bytes of the parts at the start of an entry.</summary>
    /// <exception cref="CorruptDatabaseException">The entry ends within them.</exception>
    public static int Measure(IndexDefinition index, ReadOnlySpan<byte> entry)
    {
        var length = 0;
        var parts = index.Parts;
        for (var i = 0; i < parts.Count; i++)
        {
            length += KeyCodecs.MeasurePart(parts[i].Codec, entry[length..], IndexDefinition.MaxPartBytes, out _);
        }

        return length;
    }
}

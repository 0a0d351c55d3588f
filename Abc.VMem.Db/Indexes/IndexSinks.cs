using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Indexes;

/// <summary>Refuses a value that two documents share; nulls may.</summary>
internal sealed class UniqueSink(string collection, IndexDefinition index) : IEntrySink
{
    private byte[] _last = new byte[64];
    private int _lastLength = -1;

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> parts, bool hasNull)
    {
        if (hasNull)
        {
            _lastLength = -1;
            return;
        }

        if (_lastLength >= 0 && parts.SequenceEqual(_last.AsSpan(0, _lastLength)))
        {
            throw UniqueProbe.Duplicate(collection, index, parts);
        }

        if (_last.Length < parts.Length)
        {
            _last = new byte[2 * parts.Length];
        }

        parts.CopyTo(_last);
        _lastLength = parts.Length;
    }
}

/// <summary>Appends entries to an index that is being built.</summary>
internal sealed class BuilderSink(MapBuilder builder, Action<long> progress) : IEntrySink
{
    private long _count;

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> parts, bool hasNull)
    {
        builder.Append(entry, []);
        progress(++_count);
    }
}

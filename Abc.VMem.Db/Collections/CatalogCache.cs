using System.Collections.Immutable;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Parsed definitions in memory, by catalog version. A stamp names one content for ever, since sequence numbers are
/// never used twice: what a rolled-back transaction left here is never asked for again. Thread-safe; reading takes no
/// lock.
/// </summary>
internal sealed class CatalogCache
{
    // Snapshots older than this many changes of definitions read the catalog's map again.
    private const int MaxVersions = 8;

    private readonly Lock _lock = new();
    private ImmutableArray<Entry> _entries = [];

    /// <summary>The definition; null = known to be absent. False when this version's is not known.</summary>
    public bool TryGet(long version, CatalogKind kind, string name, out object? definition)
    {
        definition = null;
        return Find(version) is { } entry && entry.Definitions.TryGetValue((kind, name), out definition);
    }

    /// <summary>Remembers what was read.</summary>
    public void Add(long version, CatalogKind kind, string name, object? definition)
    {
        lock (_lock)
        {
            var definitions = Find(version)?.Definitions ?? Entry.Nothing;
            Replace(new(version, definitions.SetItem((kind, name), definition)));
        }
    }

    /// <summary>Remembers a change: the new version is the old one but for one definition (null = dropped).</summary>
    public void Derive(long oldVersion, long newVersion, CatalogKind kind, string name, object? definition)
    {
        lock (_lock)
        {
            var definitions = Find(oldVersion)?.Definitions ?? Entry.Nothing;
            Replace(new(newVersion, definitions.SetItem((kind, name), definition)));
        }
    }

    private Entry? Find(long version)
    {
        foreach (var entry in _entries)
        {
            if (entry.Version == version)
            {
                return entry;
            }
        }

        return null;
    }

    // The newest stands first, the one unused for longest last.
    private void Replace(Entry entry)
    {
        var others = _entries.RemoveAll(other => other.Version == entry.Version);
        if (others.Length == MaxVersions)
        {
            others = others.RemoveAt(others.Length - 1);
        }

        ImmutableInterlocked.InterlockedExchange(ref _entries, others.Insert(0, entry));
    }

    private sealed record Entry(long Version, ImmutableDictionary<(CatalogKind, string), object?> Definitions)
    {
        public static ImmutableDictionary<(CatalogKind, string), object?> Nothing { get; } =
            ImmutableDictionary<(CatalogKind, string), object?>.Empty;
    }
}

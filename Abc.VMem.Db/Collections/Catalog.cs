using System.Collections.Concurrent;
using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// The definitions of one database, as of the moment of the reader at hand. The start page's catalog version says which
/// parsed definitions in memory hold; they are immutable and shared. One instance per database; reading is thread-safe,
/// writing happens inside the one write transaction.
/// </summary>
internal sealed partial class Catalog
{
    /// <summary>Longest name of a collection, map or index, in UTF-16 units.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Layout of the catalog that this version writes.</summary>
    public const uint CurrentLayout = 1;

    private readonly CatalogCache _cache = new();
    private readonly ConcurrentDictionary<string, IdentityAllocator> _identities = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, Type, Type, string?), SharedBinding> _bindings = new();

    /// <summary>Counters of this database, shared by all readers.</summary>
    public ReadCounters Counters { get; } = new();

    /// <summary>
    /// Stamp of the last change of a definition at the reader's moment; 0 = nothing has been defined yet.
    /// </summary>
    /// <exception cref="CorruptDatabaseException">The start page is no catalog.</exception>
    public static long ReadVersion(PageReader pages)
    {
        using var page = pages.Read(PagePos.Start);
        ref readonly var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
        return start.Kind == StartPageKind.Catalog ? start.CatalogVersion : VersionOfOther(start.Kind);
    }

    /// <summary>What the start page is used for, and the layout of the catalog.</summary>
    public static (StartPageKind Kind, uint Layout) ReadHead(PageReader pages)
    {
        using var page = pages.Read(PagePos.Start);
        ProgramPages.RequireStart(in page.Header);
        ref readonly var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
        return (start.Kind, start.CatalogLayout);
    }

    /// <summary>The collection's definition, or null when there is none.</summary>
    public CollectionDefinition? FindCollection(PageReader pages, string name) =>
        (CollectionDefinition?)Find(pages, CatalogKind.Collection, name);

    /// <summary>The definition of a structure that is no collection, or null when there is none.</summary>
    public NamedDefinition? FindNamed(PageReader pages, CatalogKind kind, string name) =>
        (NamedDefinition?)Find(pages, kind, name);

    /// <summary>Who hands out keys of a collection.</summary>
    public IdentityAllocator IdentityOf(string collection) =>
        _identities.GetOrAdd(collection, static _ => new IdentityAllocator());

    /// <summary>The binding of a stored definition to one use of it, shared by all handles.</summary>
    public CollectionBinding BindingOf(
        CollectionDefinition? stored,
        string name,
        (Type Document, Type Key, FieldPath? Path) use,
        Func<CollectionDefinition?, CollectionBinding> make)
    {
        var key = (name, use.Document, use.Key, use.Path?.ToString());
        if (_bindings.TryGetValue(key, out var shared) && ReferenceEquals(shared.Stored, stored))
        {
            return shared.Binding;
        }

        var binding = make(stored);
        _bindings[key] = new(stored, binding);
        return binding;
    }

    /// <summary>The names of one kind, in ordinal order of their UTF-8 bytes.</summary>
    public static IReadOnlyList<string> Names(DatabaseContext context, CatalogKind kind)
    {
        var pages = context.Scope.EnterRead();
        try
        {
            return Names(pages, kind);
        }
        finally
        {
            context.Scope.ExitRead(pages);
        }
    }

    /// <summary>The same, for a reader at hand.</summary>
    public static IReadOnlyList<string> Names(PageReader pages, CatalogKind kind)
    {
        var names = new List<string>();
        if (ReadVersion(pages) == 0)
        {
            return names;
        }

        byte[] from = [(byte)kind];
        byte[] to = [(byte)(kind + 1)];
        using var scan = new MapScan(pages, StartPageLayout.MapAddress, from, to, descending: false);
        while (scan.MoveNext())
        {
            names.Add(NameOf(scan.Key, kind));
        }

        return names;
    }

    // A damaged leaf may hold other keys than those of its range.
    private static string NameOf(ReadOnlySpan<byte> key, CatalogKind kind) =>
        key.Length > 1 && key[0] == (byte)kind
            ? Encoding.UTF8.GetString(key[1..])
            : throw new CorruptDatabaseException("catalog", -1, "a kind and a name", Convert.ToHexString(key));

    /// <summary>Refuses a name that can't be stored.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or no valid text.</exception>
    public static void ValidateName(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (name.Length > MaxNameLength)
        {
            throw new ArgumentException(
                $"A name has at most {MaxNameLength} characters; this one has {name.Length}.", parameter);
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]) || (char.IsSurrogate(name[i]) && !char.IsSurrogatePair(name, i++)))
            {
                throw new ArgumentException(
                    "A name can't hold control characters or half a surrogate pair.", parameter);
            }
        }
    }

    private object? Find(PageReader pages, CatalogKind kind, string name)
    {
        var version = ReadVersion(pages);
        if (version == 0)
        {
            return null;
        }

        if (_cache.TryGet(version, kind, name, out var definition))
        {
            return definition;
        }

        definition = Load(pages, kind, name);
        _cache.Add(version, kind, name, definition);
        return definition;
    }

    private static object? Load(PageReader pages, CatalogKind kind, string name)
    {
        var value = new ValueBuffer();
        if (!BTree.TryGet(pages, StartPageLayout.MapAddress, KeyOf(kind, name), value))
        {
            return null;
        }

        return CatalogEntry.Decode(kind, name, value.Memory);
    }

    private static byte[] KeyOf(CatalogKind kind, string name) => [(byte)kind, .. Encoding.UTF8.GetBytes(name)];

    private static long VersionOfOther(StartPageKind kind) => kind switch
    {
        StartPageKind.Empty => 0,
        StartPageKind.Program => throw new InvalidOperationException(
            "This pool is managed by a program of its own and holds no collections; open it with Pool.Open."),
        _ => throw new CorruptDatabaseException(
            "start page", PagePos.Start.Value, "kind 0, 1 or 2", FormattableString.Invariant($"kind {(uint)kind}")),
    };

    private sealed record SharedBinding(CollectionDefinition? Stored, CollectionBinding Binding);
}

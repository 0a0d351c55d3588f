using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>A named collection of documents in one database, transaction or snapshot.</summary>
/// <remarks>
/// Of a database or a snapshot it may be used by any number of threads; of a transaction by one at a time. It comes
/// into being with its first write; until then it reads as empty.
/// </remarks>
/// <typeparam name="T">Type of the documents.</typeparam>
public partial class DocumentCollection<T>
{
    // What the last call found: replaced as a whole, so that threads see one or the other.
    private volatile BoundVersion? _bound;

    internal DocumentCollection(DatabaseContext context, string name, KeyAccess<T> keys)
    {
        Catalog.ValidateName(name, nameof(name));
        (Context, Name, Keys, Serializer) = (context, name, keys, DocumentSerializer<T>.Instance);
    }

    /// <summary>Name of the collection.</summary>
    public string Name { get; }

    /// <summary>Number of documents.</summary>
    public long Count
    {
        get
        {
            var pages = Context.Scope.EnterRead();
            try
            {
                var binding = Bind(pages);
                return binding.IsStored ? BTree.Count(pages, binding.Definition.Documents) : 0;
            }
            finally
            {
                Context.Scope.ExitRead(pages);
            }
        }
    }

    /// <summary>Where the collection lives.</summary>
    internal DatabaseContext Context { get; }

    /// <summary>How documents show their keys.</summary>
    internal KeyAccess<T> Keys { get; }

    /// <summary>Member path of the key as the application's code declares it; null for a computed key.</summary>
    internal FieldPath? KeyPath => Keys.Path;

    /// <summary>Encodes and decodes the documents.</summary>
    internal DocumentSerializer<T> Serializer { get; }

    /// <summary>
    /// A collection whose key follows the convention; checks the stored definition at once, if there is one.
    /// </summary>
    internal static DocumentCollection<T> Open(DatabaseContext context, string name)
    {
        var collection = new DocumentCollection<T>(context, name, KeyMember.AccessOf<T>());
        collection.LastBinding();
        return collection;
    }

    /// <summary>Opens the collection for one query; a collection that does not exist yet reads as empty.</summary>
    internal CollectionReader OpenReader()
    {
        var pages = Context.Scope.EnterRead();
        try
        {
            return new(Context, pages, Bind(pages).Definition);
        }
        catch
        {
            Context.Scope.ExitRead(pages);
            throw;
        }
    }

    /// <summary>Opens the collection at another reader's moment, where that is the collection's own.</summary>
    internal CollectionReader OpenReader(CollectionReader? moment) =>
        moment?.TryShare(Context, pages => Bind(pages).Definition) ?? OpenReader();

    /// <summary>The collection's definition at the reader's moment, for this class.</summary>
    /// <exception cref="ArgumentException">The stored keys are of another type or member.</exception>
    internal CollectionBinding Bind(PageReader pages)
    {
        var version = Catalog.ReadVersion(pages);
        return _bound is { } bound && bound.CatalogVersion == version ? bound.Binding : Rebind(pages, version);
    }

    /// <summary>The definition that the last call found: a guess, to be compared with the one at hand.</summary>
    internal CollectionBinding LastBinding()
    {
        if (_bound is { } bound)
        {
            return bound.Binding;
        }

        var pages = Context.Scope.EnterRead();
        try
        {
            return Bind(pages);
        }
        finally
        {
            Context.Scope.ExitRead(pages);
        }
    }

    private CollectionBinding Rebind(PageReader pages, long version)
    {
        var stored = Context.Catalog.FindCollection(pages, Name);
        var binding = _bound is { } bound && ReferenceEquals(bound.Stored, stored)
            ? bound.Binding
            : Context.Catalog.BindingOf(stored, Name, (typeof(T), Keys.KeyType, Keys.Path), MakeBinding);
        _bound = new(version, stored, binding);
        return binding;
    }

    private CollectionBinding MakeBinding(CollectionDefinition? stored)
    {
        var definition = stored is null ? EmptyDefinition() : Accept(stored);
        return new()
        {
            DocumentType = typeof(T),
            Definition = definition,
            EncodingSchema = Serializer.Extend(definition.Schema),
        };
    }

    private CollectionDefinition EmptyDefinition() => new()
    {
        Name = Name,
        Version = 0,
        KeyPath = Keys.Path,
        KeyCodec = Keys.Codec,
        Schema = DocumentSchema.Empty,
        Indexes = [],
    };

    private CollectionDefinition Accept(CollectionDefinition stored)
    {
        if (stored.KeyCodec.Name != Keys.Codec.Name)
        {
            throw new ArgumentException(
                $"The keys of collection '{Name}' are stored as {stored.KeyCodec.Name}; {Keys.KeyType.Name} is "
                + $"{Keys.Codec.Name}. Open it with a key of the stored type.");
        }

        if (!Equals(stored.KeyPath, Keys.Path))
        {
            throw new ArgumentException(
                $"The key of collection '{Name}' is {Describe(stored.KeyPath)}, not {Describe(Keys.Path)}.");
        }

        return stored.With(keyCodec: Keys.Codec);
    }

    private static string Describe(FieldPath? path) => path is null ? "computed" : $"the member {path}";

    private sealed record BoundVersion(long CatalogVersion, CollectionDefinition? Stored, CollectionBinding Binding);
}

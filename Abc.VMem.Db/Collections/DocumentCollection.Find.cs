using System.Diagnostics.CodeAnalysis;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Reading by key.</summary>
public partial class DocumentCollection<T>
{
    /// <summary>The document with a key, or the default of its type (null) when there is none.</summary>
    /// <exception cref="ArgumentException">The key is of another type than the collection's.</exception>
    /// <exception cref="DocumentException">The stored document can't be read as this class.</exception>
    public T? Find<TKey>(TKey key) => TryFind(key, out var document) ? document : default;

    /// <summary>Looks for the document with a key; false when there is none.</summary>
    /// <exception cref="ArgumentException">The key is of another type than the collection's.</exception>
    /// <exception cref="DocumentException">The stored document can't be read as this class.</exception>
    public bool TryFind<TKey>(TKey key, [MaybeNullWhen(false)] out T document)
    {
        using var buffers = WorkBuffers.Rent();
        EncodeKey(key, buffers.Key);
        DocumentSchema? schema = null;
        var pages = Context.Scope.EnterRead();
        try
        {
            var definition = Bind(pages).Definition;
            if (definition.Version != 0
                && CollectionReader.TryFetch(pages, definition, buffers.Key.Span, buffers.Document))
            {
                schema = definition.Schema;
            }
        }
        finally
        {
            Context.Scope.ExitRead(pages);
        }

        if (schema is null)
        {
            document = default;
            return false;
        }

        Context.Catalog.Counters.Add(documents: 1, indexEntries: 0);
        document = Serializer.Decode(buffers.Document.Memory, schema);
        return true;
    }

    /// <summary>Whether there is a document with a key.</summary>
    /// <exception cref="ArgumentException">The key is of another type than the collection's.</exception>
    public bool Contains<TKey>(TKey key)
    {
        using var buffers = WorkBuffers.Rent();
        EncodeKey(key, buffers.Key);
        var pages = Context.Scope.EnterRead();
        try
        {
            var definition = Bind(pages).Definition;
            return definition.Version != 0 && Structures.BTree.Contains(pages, definition.Documents, buffers.Key.Span);
        }
        finally
        {
            Context.Scope.ExitRead(pages);
        }
    }

    /// <summary>
    /// The documents with the given keys, in the order of the keys, all as of one moment; missing ones are left out.
    /// </summary>
    /// <exception cref="ArgumentException">The keys are of another type than the collection's.</exception>
    public IReadOnlyList<T> FindMany<TKey>(IEnumerable<TKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var documents = new List<T>();
        using var buffers = WorkBuffers.Rent();
        using var reader = OpenReader();
        foreach (var key in keys)
        {
            buffers.Key.Clear();
            EncodeKey(key, buffers.Key);
            if (reader.TryFetch(buffers.Key.Span, buffers.Document))
            {
                documents.Add(Serializer.Decode(buffers.Document.Memory, reader.Definition.Schema));
            }
        }

        return documents;
    }

    /// <summary>
    /// All documents in the order of their keys, as of the moment the enumeration starts. In a transaction it may be
    /// changed while it is enumerated: each document that was there at the start comes once, unless it was deleted.
    /// </summary>
    public IEnumerable<T> FindAll()
    {
        using var reader = OpenReader();
        if (reader.IsInTransaction)
        {
            foreach (var document in FindCollected(reader))
            {
                yield return document;
            }

            yield break;
        }

        using var scan = reader.Scan(KeyRange.All, descending: false);
        while (scan.MoveNext())
        {
            yield return Serializer.Decode(scan.Document, reader.Definition.Schema);
        }
    }

    /// <summary>Appends a key's encoding; integers widen as in C#.</summary>
    internal void EncodeKey<TKey>(TKey key, KeyBuffer buffer)
    {
        if (key is null)
        {
            throw new ArgumentNullException(nameof(key));
        }

        if (Keys is TypedKeyAccess<T, TKey> typed)
        {
            typed.TypedCodec.Encode(key, buffer);
        }
        else if (!TryEncodeOther(key, buffer))
        {
            throw new ArgumentException(
                $"The keys of collection '{Name}' are {Keys.KeyType.Name}, not {typeof(TKey).Name}.", nameof(key));
        }
    }

    // Changes in the transaction must not reach the walk: the keys are collected first.
    private IEnumerable<T> FindCollected(CollectionReader reader)
    {
        using var work = Context.Work.Take();
        using var space = new TemporarySpace(Context.Scope);
        var keys = CollectKeys(reader, () => space.Pages, work.Bytes);
        var buffer = new ValueBuffer();
        while (keys.MoveNext())
        {
            using var now = OpenReader();
            if (now.TryFetch(keys.Current.Key, buffer))
            {
                yield return Serializer.Decode(buffer.Memory, now.Definition.Schema);
            }
        }
    }

    private static SortedItems CollectKeys(CollectionReader reader, Func<PageWriter> pages, long budgetBytes)
    {
        var keys = new RunSorter(pages, budgetBytes, budgetBytes);
        using var scan = reader.Scan(KeyRange.All, descending: false);
        while (scan.MoveNext())
        {
            keys.Add(scan.Key, default);
        }

        return keys.Open();
    }

    // An int for a long key boxes nothing: the JIT makes one version for each TKey.
    private bool TryEncodeOther<TKey>(TKey key, KeyBuffer buffer)
    {
        if (typeof(TKey) == typeof(int) && Keys.TryEncodeInteger(TypeCode.Int32, (int)(object)key!, buffer))
        {
            return true;
        }

        // A nullable or an object may hold a key of the right type, and the collection's keys may be nullable.
        var type = key!.GetType();
        if (type == (Nullable.GetUnderlyingType(Keys.KeyType) ?? Keys.KeyType))
        {
            Keys.Codec.EncodeObject(key, buffer);
            return true;
        }

        var code = Type.GetTypeCode(type);
        return code is >= TypeCode.SByte and <= TypeCode.UInt32 && !type.IsEnum
            && Keys.TryEncodeInteger(
                code, Convert.ToInt64(key, System.Globalization.CultureInfo.InvariantCulture), buffer);
    }
}

using System.Buffers;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using MessagePack;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Kinds of what the catalog defines. DO NOT CHANGE THESE VALUES: they are on disk, the first byte of a key.
/// </summary>
internal enum CatalogKind : byte
{
    /// <summary>A collection of documents.</summary>
    Collection = 1,

    /// <summary>A named map.</summary>
    Map = 2,

    /// <summary>A named list.</summary>
    List = 3,

    /// <summary>A named stack.</summary>
    Stack = 4,

    /// <summary>A named string.</summary>
    String = 5,
}

/// <summary>
/// Encodes the catalog's values: MessagePack arrays, see FORMAT.md §3. Reading trusts nothing: every count is bounded
/// and every address lies on a slot.
/// </summary>
internal static class CatalogEntry
{
    /// <summary>Most indexes of a collection.</summary>
    public const int MaxIndexes = 1024;

    private const int Layout = 1;
    private const int CollectionFields = 7;
    private const int IndexFields = 4;
    private const int MapFields = 4;
    private const int ListFields = 4;

    /// <summary>Encodes a collection's definition.</summary>
    public static byte[] Encode(CollectionDefinition definition)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1 + CollectionFields);
        writer.Write(Layout);
        writer.Write(definition.Version);
        writer.Write(definition.KeyPath?.ToString());
        writer.Write(definition.KeyCodec.Name);
        Write(ref writer, definition.Documents);
        Write(ref writer, definition.Identity);
        writer.Write(definition.Schema.ToBytes());
        writer.WriteArrayHeader(definition.Indexes.Count);
        foreach (var index in definition.Indexes)
        {
            Write(ref writer, index);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Encodes a map's definition.</summary>
    public static byte[] Encode(MapDefinition definition, long version)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(MapFields);
        writer.Write(Layout);
        writer.Write(version);
        writer.Write(definition.KeyCodecName);
        Write(ref writer, definition.State);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Encodes the definition of a list, stack or string.</summary>
    public static byte[] Encode(ListDefinition definition, long version)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(ListFields);
        writer.Write(Layout);
        writer.Write(version);
        writer.Write(definition.ItemBytes);
        Write(ref writer, definition.State);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Decodes a definition.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are none.</exception>
    public static object Decode(CatalogKind kind, string name, ReadOnlyMemory<byte> bytes) => kind switch
    {
        CatalogKind.Collection => DecodeCollection(name, bytes),
        CatalogKind.Map => DecodeMap(name, bytes),
        _ => DecodeList(kind, name, bytes),
    };

    /// <summary>Decodes a collection's definition.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are none.</exception>
    public static CollectionDefinition DecodeCollection(string name, ReadOnlyMemory<byte> bytes) =>
        Guard(name, bytes, static (string name, ref MessagePackReader reader) =>
        {
            RequireHeader(ref reader, name, 1 + CollectionFields);
            return new CollectionDefinition
            {
                Name = name,
                Version = reader.ReadInt64(),
                KeyPath = ReadPath(reader.ReadString()),
                KeyCodec = ReadCodec(name, reader.ReadString(), CodecNames.FindPrimary),
                Documents = ReadSlot(ref reader, name),
                Identity = ReadSlot(ref reader, name),
                Schema = DocumentSchema.FromBytes(ReadBytes(ref reader, name)),
                Indexes = ReadIndexes(ref reader, name),
            };
        });

    /// <summary>Decodes a map's definition.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are none.</exception>
    public static MapDefinition DecodeMap(string name, ReadOnlyMemory<byte> bytes) =>
        Guard(name, bytes, static (string name, ref MessagePackReader reader) =>
        {
            RequireHeader(ref reader, name, MapFields);
            reader.ReadInt64();
            return new MapDefinition(name, reader.ReadString(), ReadSlot(ref reader, name));
        });

    /// <summary>Decodes the definition of a list, stack or string.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are none.</exception>
    public static ListDefinition DecodeList(CatalogKind kind, string name, ReadOnlyMemory<byte> bytes) =>
        Guard(name, bytes, (string name, ref MessagePackReader reader) =>
        {
            RequireHeader(ref reader, name, ListFields);
            reader.ReadInt64();
            var itemBytes = reader.ReadInt32();
            var max = kind == CatalogKind.String ? 1 : Page.PayloadBytes;
            Require(
                itemBytes >= 1 && itemBytes <= max, name, FormattableString.Invariant($"items of 1 to {max} bytes"));
            return new ListDefinition(kind, name, itemBytes, ReadSlot(ref reader, name));
        });

    private static void Write(ref MessagePackWriter writer, IndexDefinition index)
    {
        writer.WriteArrayHeader(IndexFields);
        writer.Write(index.Name);
        writer.Write(index.IsUnique);
        Write(ref writer, index.State);
        writer.WriteArrayHeader(index.Parts.Count);
        foreach (var part in index.Parts)
        {
            writer.WriteArrayHeader(2);
            writer.Write(part.Path.ToString());
            writer.Write(part.Codec.Name);
        }
    }

    private static void Write(ref MessagePackWriter writer, PageAddress address)
    {
        writer.WriteArrayHeader(2);
        writer.Write(address.Page.Value);
        writer.Write(address.Offset);
    }

    private static IndexDefinition[] ReadIndexes(ref MessagePackReader reader, string name)
    {
        var indexes = new IndexDefinition[ReadCount(ref reader, name, MaxIndexes)];
        for (var i = 0; i < indexes.Length; i++)
        {
            Require(reader.ReadArrayHeader() == IndexFields, name, "an index of 4 fields");
            indexes[i] = new IndexDefinition
            {
                Name = reader.ReadString() ?? throw Damage(name, "a name of an index", "nil"),
                IsUnique = reader.ReadBoolean(),
                State = ReadSlot(ref reader, name),
                Parts = ReadParts(ref reader, name),
            };
        }

        return indexes;
    }

    private static IndexPart[] ReadParts(ref MessagePackReader reader, string name)
    {
        var parts = new IndexPart[ReadCount(ref reader, name, IndexDefinition.MaxParts)];
        Require(parts.Length > 0, name, "an index with parts");
        for (var i = 0; i < parts.Length; i++)
        {
            Require(reader.ReadArrayHeader() == 2, name, "an index part of 2 fields");
            var path = ReadPath(reader.ReadString()) ?? throw Damage(name, "a path", "nil");
            parts[i] = new(path, ReadCodec(name, reader.ReadString(), CodecNames.FindPart));
        }

        return parts;
    }

    private static FieldPath? ReadPath(string? text) => text is null ? null : FieldPath.Parse(text);

    private static KeyCodec ReadCodec(string name, string? codec, Func<string, KeyCodec?> find) =>
        codec is not null && find(codec) is { } found
            ? found
            : throw Damage(name, "a known key encoding", codec ?? "nil");

    private static PageAddress ReadSlot(ref MessagePackReader reader, string name)
    {
        Require(reader.ReadArrayHeader() == 2, name, "a slot address of 2 fields");
        var address = new PageAddress(new(reader.ReadInt64()), reader.ReadInt32());
        Require(StateSlots.IsSlot(address), name, "a slot address");
        return address;
    }

    private static byte[] ReadBytes(ref MessagePackReader reader, string name) =>
        reader.ReadBytes() is { } bytes ? bytes.ToArray() : throw Damage(name, "field tables", "nil");

    private static int ReadCount(ref MessagePackReader reader, string name, int max)
    {
        var count = reader.ReadArrayHeader();
        Require(count <= max, name, FormattableString.Invariant($"at most {max} items"));
        return count;
    }

    private static void RequireHeader(ref MessagePackReader reader, string name, int fields)
    {
        Require(reader.ReadArrayHeader() == fields, name, FormattableString.Invariant($"{fields} fields"));
        Require(reader.ReadInt32() == Layout, name, "layout 1");
    }

    private static void Require(bool condition, string name, string expected)
    {
        if (!condition)
        {
            throw Damage(name, expected, "something else");
        }
    }

    private delegate TResult Decoder<TResult>(string name, ref MessagePackReader reader);

    private static TResult Guard<TResult>(string name, ReadOnlyMemory<byte> bytes, Decoder<TResult> decode)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            var result = decode(name, ref reader);
            Require(reader.End, name, "the end of the entry");
            return result;
        }
        catch (Exception exception) when (exception
            is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentException)
        {
            throw new CorruptDatabaseException(
                $"catalog entry '{name}'", -1, "a definition", exception.Message, inner: exception);
        }
    }

    private static CorruptDatabaseException Damage(string name, string expected, string found) =>
        new($"catalog entry '{name}'", -1, expected, found);
}

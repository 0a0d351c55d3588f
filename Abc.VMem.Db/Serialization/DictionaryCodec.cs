using System.Buffers;
using System.Text;

namespace Abc.VMem.Db.Serialization;

/// <summary>Dictionaries: a MessagePack map, or null.</summary>
internal sealed class DictionaryCodec<TMap, TKey, TValue>(
    Lazy<ValueCodec> key, Lazy<ValueCodec> value, Func<Dictionary<TKey, TValue>, TMap>? create) : ValueCodec<TMap?>
    where TKey : notnull
    where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
{
    private ValueCodec<TKey>? _keys;
    private ValueCodec<TValue>? _values;

    /// <inheritdoc/>
    public override StorageKind Kind => StorageKind.Map;

    /// <inheritdoc/>
    public override ValueCodec Element => value.Value;

    /// <inheritdoc/>
    public override ValueCodec Key => key.Value;

    private ValueCodec<TKey> Keys => _keys ??= (ValueCodec<TKey>)key.Value;

    private ValueCodec<TValue> Values => _values ??= (ValueCodec<TValue>)value.Value;

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, TMap? map, Binding? binding)
    {
        if (map is null)
        {
            writer.WriteNil();
            return;
        }

        CodecRegistry.CheckType(map, typeof(TMap));
        writer.Enter();
        var bindings = binding as MapBinding;
        var previous = writer.Previous;
        var stored = !previous.IsEmpty && bindings is { HasUnknown: true } ? Stored(previous) : null;
        writer.Previous = default;
        IEnumerable<KeyValuePair<TKey, TValue>> entries = map;
        if (!entries.TryGetNonEnumeratedCount(out var expected))
        {
            KeyValuePair<TKey, TValue>[] copy = [.. entries];
            (entries, expected) = (copy, copy.Length);
        }

        writer.WriteMapHeader(expected);
        var count = 0;
        foreach (var entry in entries)
        {
            Keys.Write(ref writer, entry.Key, bindings?.Key);
            if (stored is not null && stored.TryGetValue(Text(entry.Key, bindings?.Key), out var range))
            {
                writer.Previous = previous[range];
            }

            Values.Write(ref writer, entry.Value, bindings?.Value);
            writer.Previous = default;
            count++;
        }

        if (count != expected)
        {
            throw new DocumentFault("the dictionary changed while it was stored.");
        }

        writer.Leave();
    }

    /// <inheritdoc/>
    public override TMap? Read(ref DocumentReader reader, Binding? binding)
    {
        if (reader.TryReadNil())
        {
            return default;
        }

        reader.Enter();
        var bindings = binding as MapBinding;
        var count = reader.ReadMapHeader();
        var map = new Dictionary<TKey, TValue>(Math.Min(count, 1 << 12));
        for (var i = 0; i < count; i++)
        {
            var entryKey = Keys.Read(ref reader, bindings?.Key);
            if (entryKey is null || !map.TryAdd(entryKey, Values.Read(ref reader, bindings?.Value)))
            {
                throw new CorruptDatabaseException(
                    "document", -1, "distinct keys in a dictionary", "null or a repeated key");
            }
        }

        reader.Leave();
        return create is null ? (TMap)(object)map : create(map);
    }

    // Where the value of each stored key lies.
    private static Dictionary<string, Range> Stored(ReadOnlySpan<byte> token)
    {
        var places = new Dictionary<string, Range>();
        var reader = new DocumentReader(token);
        if (reader.TryReadNil())
        {
            return places;
        }

        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            var text = Encoding.Latin1.GetString(reader.ReadRaw());
            var start = reader.Pos;
            reader.Skip();
            places[text] = start..reader.Pos;
        }

        return places;
    }

    private string Text(TKey entryKey, Binding? binding)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new DocumentWriter(buffer);
        Keys.Write(ref writer, entryKey, binding);
        writer.Flush();
        return Encoding.Latin1.GetString(buffer.WrittenSpan);
    }
}

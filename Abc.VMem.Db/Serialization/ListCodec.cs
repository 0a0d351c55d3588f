using System.Collections.Immutable;

namespace Abc.VMem.Db.Serialization;

/// <summary>Lists, arrays and sets: a MessagePack array of the elements, or null.</summary>
internal abstract class ListCodec<TList, T>(Lazy<ValueCodec> element) : ValueCodec<TList?>
    where TList : notnull
{
    // Elements allocated before the first one was read; more are added as they come.
    private const int MaxInitialCapacity = 1 << 14;

    private ValueCodec<T>? _typed;

    /// <inheritdoc/>
    public sealed override StorageKind Kind => StorageKind.List;

    /// <inheritdoc/>
    public sealed override ValueCodec Element => element.Value;

    /// <summary>Codec of the elements.</summary>
    protected ValueCodec<T> Typed => _typed ??= (ValueCodec<T>)element.Value;

    /// <summary>The list of the elements read.</summary>
    protected abstract TList Create(T[] elements);

    /// <summary>Writes the array.</summary>
    protected abstract void WriteArray(ref DocumentWriter writer, TList list, Binding? binding);

    /// <inheritdoc/>
    public sealed override void Write(ref DocumentWriter writer, TList? value, Binding? binding)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.Enter();
        if (!writer.Previous.IsEmpty && binding is { HasUnknown: true })
        {
            WriteMerging(ref writer, value, binding);
        }
        else
        {
            writer.Previous = default;
            WriteArray(ref writer, value, binding);
        }

        writer.Leave();
    }

    /// <inheritdoc/>
    public override TList? Read(ref DocumentReader reader, Binding? binding)
    {
        if (reader.TryReadNil())
        {
            return default;
        }

        return Create(ReadArray(ref reader, binding));
    }

    private T[] ReadArray(ref DocumentReader reader, Binding? binding)
    {
        reader.Enter();
        var count = reader.ReadArrayHeader();
        var codec = Typed;
        var elements = count == 0 ? [] : new T[Math.Min(count, MaxInitialCapacity)];
        for (var i = 0; i < count; i++)
        {
            if (i == elements.Length)
            {
                Array.Resize(ref elements, Math.Min(count, 2 * i));
            }

            elements[i] = codec.Read(ref reader, binding);
        }

        reader.Leave();
        return elements;
    }

    // Elements with members that the type doesn't know: each is written over the stored element that it came from.
    private void WriteMerging(ref DocumentWriter writer, TList list, Binding binding)
    {
        var merge = new ListMerge<T>(Typed, binding, writer.Previous, Enumerate(list));
        writer.WriteArrayHeader(merge.Count);
        for (var i = 0; i < merge.Count; i++)
        {
            writer.Previous = merge.PreviousOf(i);
            Typed.Write(ref writer, merge[i], binding);
        }

        writer.Previous = default;
    }

    private static T[] Enumerate(TList list) => [.. (IEnumerable<T>)list];
}

/// <summary>Arrays of one dimension.</summary>
internal sealed class ArrayCodec<T>(Lazy<ValueCodec> element) : ListCodec<T[], T>(element)
{
    /// <inheritdoc/>
    protected override T[] Create(T[] elements) => elements;

    /// <inheritdoc/>
    protected override void WriteArray(ref DocumentWriter writer, T[] list, Binding? binding)
    {
        writer.WriteArrayHeader(list.Length);
        var codec = Typed;
        foreach (var item in list)
        {
            codec.Write(ref writer, item, binding);
        }
    }
}

/// <summary><see cref="List{T}"/>.</summary>
internal sealed class PlainListCodec<T>(Lazy<ValueCodec> element) : ListCodec<List<T>, T>(element)
{
    /// <inheritdoc/>
    public override List<T>? Read(ref DocumentReader reader, Binding? binding)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.Enter();
        var count = reader.ReadArrayHeader();
        var list = new List<T>(Math.Min(count, 1 << 14));
        var codec = Typed;
        for (var i = 0; i < count; i++)
        {
            list.Add(codec.Read(ref reader, binding));
        }

        reader.Leave();
        return list;
    }

    /// <inheritdoc/>
    protected override List<T> Create(T[] elements) => [.. elements];

    /// <inheritdoc/>
    protected override void WriteArray(ref DocumentWriter writer, List<T> list, Binding? binding)
    {
        CodecRegistry.CheckType(list, typeof(List<T>));
        var (codec, count) = (Typed, list.Count);
        writer.WriteArrayHeader(count);
        for (var i = 0; i < count; i++)
        {
            codec.Write(ref writer, list[i], binding);
        }
    }
}

/// <summary>Every other collection: enumerated, and created from an array.</summary>
internal sealed class CollectionCodec<TList, T>(Lazy<ValueCodec> element, Func<T[], TList> create)
    : ListCodec<TList, T>(element)
    where TList : IEnumerable<T>
{
    /// <inheritdoc/>
    protected override TList Create(T[] elements) => create(elements);

    /// <inheritdoc/>
    protected override void WriteArray(ref DocumentWriter writer, TList list, Binding? binding)
    {
        // Structs over an array throw on every use when they were never assigned; they are stored as null.
        if (list is ImmutableArray<T> { IsDefault: true } or ArraySegment<T> { Array: null })
        {
            writer.WriteNil();
            return;
        }

        CodecRegistry.CheckType(list, typeof(TList));
        IEnumerable<T> items = list;
        if (!items.TryGetNonEnumeratedCount(out var expected))
        {
            T[] copy = [.. items];
            (items, expected) = (copy, copy.Length);
        }

        writer.WriteArrayHeader(expected);
        var (count, codec) = (0, Typed);
        foreach (var item in items)
        {
            codec.Write(ref writer, item, binding);
            count++;
        }

        if (count != expected)
        {
            throw new DocumentFault("the collection changed while it was stored.");
        }
    }
}

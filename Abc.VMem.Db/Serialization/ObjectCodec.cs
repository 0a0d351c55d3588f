namespace Abc.VMem.Db.Serialization;

/// <summary>Writes the members at ordinals from ≤ ordinal &lt; to; absent where the type has none.</summary>
internal delegate void WriteMembers<in T>(ref DocumentWriter writer, T value, ObjectBinding binding, int from, int to);

/// <summary>Reads the members of a document with the given number of ordinals and makes the object.</summary>
internal delegate T ReadMembers<out T>(ref DocumentReader reader, ObjectBinding binding, int count);

/// <summary>
/// Plain classes, records and structs: a MessagePack array of the members in the order of the field table, or null.
/// </summary>
internal sealed class ObjectCodec<T>(ObjectPlan plan) : ValueCodec<T?>
{
    private static readonly bool IsExactType = typeof(T).IsSealed;

    private WriteMembers<T>? _write;
    private ReadMembers<T>? _read;

    /// <inheritdoc/>
    public override StorageKind Kind => StorageKind.Document;

    /// <inheritdoc/>
    public override ObjectPlan Plan => plan;

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, T? value, Binding? binding)
    {
        // Only a reference is compared with null: unoptimized code would box a value type for it.
        if (!typeof(T).IsValueType && value is null)
        {
            writer.WriteNil();
            return;
        }

        if (!IsExactType && value!.GetType() != typeof(T))
        {
            CodecRegistry.CheckType(value!, typeof(T));
        }

        writer.Enter();
        var bound = (ObjectBinding)binding!;
        var outer = writer.Ordinal;
        try
        {
            if (!writer.Previous.IsEmpty && bound.HasUnknown && writer.Previous[0] != TokenCode.Nil)
            {
                WriteMerging(ref writer, value!, bound);
            }
            else
            {
                writer.Previous = default;
                writer.WriteArrayHeader(bound.WriteCount);
                (_write ??= ObjectCompiler.CompileWrite<T>(plan))(ref writer, value!, bound, 0, bound.WriteCount);
            }
        }
        catch (DocumentFault fault)
        {
            bound.Qualify(fault, writer.Ordinal);
            writer.Ordinal = outer;
            throw;
        }

        writer.Leave();
    }

    /// <inheritdoc/>
    public override T? Read(ref DocumentReader reader, Binding? binding)
    {
        if (reader.Peek() == TokenCode.Nil)
        {
            return ReadNil(ref reader);
        }

        reader.Enter();
        var bound = (ObjectBinding)binding!;
        var count = reader.ReadArrayHeader();
        if (count > bound.Table.Fields.Count)
        {
            throw new CorruptDatabaseException(
                "document", -1, "at most as many values as its field table has", "more");
        }

        var (start, outer) = (reader.Start, reader.Ordinal);
        reader.Start = reader.Pos;
        try
        {
            var value = (_read ??= ObjectCompiler.CompileRead<T>(plan))(ref reader, bound, count);
            reader.Start = start;
            reader.Leave();
            return value;
        }
        catch (DocumentFault fault)
        {
            bound.Qualify(fault, reader.Ordinal);
            reader.Ordinal = outer;
            throw;
        }
    }

    private static T? ReadNil(ref DocumentReader reader)
    {
        if (typeof(T).IsValueType)
        {
            DocumentFault.ThrowNull(CodecRegistry.NameOf(typeof(T)));
        }

        reader.Advance();
        return default;
    }

    // Writes over a stored document: what it has at ordinals that the type doesn't know stays.
    private void WriteMerging(ref DocumentWriter writer, T value, ObjectBinding binding)
    {
        var previous = writer.Previous;
        var stored = DocumentArray.ElementRanges(previous);
        var count = binding.WriteCount;
        for (var ordinal = count; ordinal < stored.Length && ordinal < binding.Table.Fields.Count; ordinal++)
        {
            count = IsKept(binding, previous, stored, ordinal) ? ordinal + 1 : count;
        }

        writer.WriteArrayHeader(count);
        var write = _write ??= ObjectCompiler.CompileWrite<T>(plan);
        for (var ordinal = 0; ordinal < count; ordinal++)
        {
            var slot = binding.Slots[ordinal];
            writer.Previous = default;
            if (IsKept(binding, previous, stored, ordinal))
            {
                writer.WriteRaw(previous[stored[ordinal]]);
                continue;
            }

            if (slot >= 0 && ordinal < stored.Length && binding.Children[slot] is { HasUnknown: true }
                && previous[stored[ordinal]] is var token && token[0] != TokenCode.Absent)
            {
                writer.Previous = token;
            }

            write(ref writer, value, binding, ordinal, ordinal + 1);
        }

        writer.Previous = default;
    }

    private static bool IsKept(ObjectBinding binding, ReadOnlySpan<byte> previous, Range[] stored, int ordinal) =>
        binding.Slots[ordinal] == ObjectBinding.Unknown && ordinal < stored.Length
        && previous[stored[ordinal]][0] != TokenCode.Absent;
}

namespace Abc.VMem.Db.Serialization;

/// <summary>A value type or null; stored like the value type itself.</summary>
internal sealed class NullableCodec<T>(ValueCodec<T> inner) : ValueCodec<T?>
    where T : struct
{
    /// <inheritdoc/>
    public override StorageKind Kind => inner.Kind;

    /// <inheritdoc/>
    public override ValueCodec? Element => inner.Element;

    /// <inheritdoc/>
    public override ValueCodec? Key => inner.Key;

    /// <inheritdoc/>
    public override ObjectPlan? Plan => inner.Plan;

    /// <inheritdoc/>
    public override string? Label => inner.Label;

    /// <inheritdoc/>
    public override string? Refusal => inner.Refusal;

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, T? value, Binding? binding)
    {
        if (value is { } present)
        {
            inner.Write(ref writer, present, binding);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <inheritdoc/>
    public override T? Read(ref DocumentReader reader, Binding? binding) =>
        reader.TryReadNil() ? null : inner.Read(ref reader, binding);
}

/// <summary>An enum, stored as its number.</summary>
internal sealed class EnumCodec<T, TNumber>(ValueCodec<TNumber> number) : ValueCodec<T>
    where T : struct, Enum
    where TNumber : struct
{
    private readonly Func<T, TNumber> _toNumber = Reinterpretation.Create<T, TNumber>();
    private readonly Func<TNumber, T> _fromNumber = Reinterpretation.Create<TNumber, T>();

    /// <inheritdoc/>
    public override StorageKind Kind => StorageKind.Integer;

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, T value, Binding? binding) =>
        number.Write(ref writer, _toNumber(value), null);

    /// <inheritdoc/>
    public override T Read(ref DocumentReader reader, Binding? binding) => _fromNumber(number.Read(ref reader, null));
}

/// <summary>
/// Compiles the conversion between an enum and its number, which C# can't write generically without boxing.
/// </summary>
internal static class Reinterpretation
{
    /// <summary>A function that returns its argument as the other of the two types.</summary>
    public static Func<TFrom, TTo> Create<TFrom, TTo>()
    {
        var method = new System.Reflection.Emit.DynamicMethod("Reinterpret", typeof(TTo), [typeof(TFrom)], true);
        var il = method.GetILGenerator();
        il.Emit(System.Reflection.Emit.OpCodes.Ldarg_0);
        il.Emit(System.Reflection.Emit.OpCodes.Ret);
        return method.CreateDelegate<Func<TFrom, TTo>>();
    }
}

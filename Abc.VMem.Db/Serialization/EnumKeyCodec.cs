using System.Linq.Expressions;

namespace Abc.VMem.Db.Serialization;

/// <summary>An enum, encoded and named as its underlying integer. Accepts that integer, boxed, as well.</summary>
internal sealed class EnumKeyCodec<T, TInteger>(KeyCodec<TInteger> integers) : KeyCodec<T>
    where T : struct, Enum
    where TInteger : struct
{
    // Compiled, since C# has no conversion between type parameters and boxing would allocate.
    private static readonly Func<T, TInteger> ToInteger = Convert<T, TInteger>();
    private static readonly Func<TInteger, T> FromInteger = Convert<TInteger, T>();

    /// <inheritdoc/>
    public override string Name => integers.Name;

    /// <inheritdoc/>
    public override bool IsExact => true;

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source) => integers.TryMeasure(source);

    /// <inheritdoc/>
    public override void Encode(T value, KeyBuffer buffer) => integers.Encode(ToInteger(value), buffer);

    /// <inheritdoc/>
    public override void EncodeObject(object? value, KeyBuffer buffer) =>
        base.EncodeObject(value is TInteger integer ? FromInteger(integer) : value, buffer);

    /// <inheritdoc/>
    public override T Decode(ReadOnlySpan<byte> source, out int consumed) =>
        FromInteger(integers.Decode(source, out consumed));

    private static Func<TFrom, TTo> Convert<TFrom, TTo>()
    {
        var value = Expression.Parameter(typeof(TFrom));
        return Expression.Lambda<Func<TFrom, TTo>>(Expression.Convert(value, typeof(TTo)), value).Compile();
    }
}

using System.Linq.Expressions;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Tuples and anonymous types: the encodings of their members, one after the other. Members that can be null carry
/// a null marker; the composite itself is not null here.
/// </summary>
internal sealed class CompositeKeyCodec<T> : KeyCodec<T>
{
    private readonly KeyCodec[] _members;
    private readonly Action<T, KeyBuffer> _encode;
    private readonly Func<object?[], T> _construct;

    /// <summary>Creates the encoding; one codec for each member, of exactly the member's type.</summary>
    public CompositeKeyCodec(CompositeShape shape, KeyCodec[] members)
    {
        _members = members;
        _encode = CompileEncode(shape, members);
        _construct = shape.CompileConstructor<T>();
        Name = $"tuple({string.Join(',', members.Select(member => member.Name))})";
        IsExact = members.All(member => member.IsExact);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool IsExact { get; }

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source)
    {
        var length = 0;
        foreach (var member in _members)
        {
            var memberLength = member.TryMeasure(source[length..]);
            if (memberLength < 0)
            {
                return -1;
            }

            length += memberLength;
        }

        return length;
    }

    /// <inheritdoc/>
    public override void Encode(T value, KeyBuffer buffer)
    {
        // Only a reference is compared with null: unoptimized code would box a value type for it.
        if (!typeof(T).IsValueType && value is null)
        {
            throw new ArgumentNullException(nameof(value));
        }

        _encode(value, buffer);
    }

    /// <inheritdoc/>
    public override T Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        var values = new object?[_members.Length];
        consumed = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _members[i].DecodeObject(source[consumed..], out var length);
            consumed += length;
        }

        return _construct(values);
    }

    /// <summary>Compiles typed calls, one for each member, so that nothing is boxed.</summary>
    private static Action<T, KeyBuffer> CompileEncode(CompositeShape shape, KeyCodec[] codecs)
    {
        var value = Expression.Parameter(typeof(T));
        var buffer = Expression.Parameter(typeof(KeyBuffer));
        var calls = shape.Members.Select((member, i) =>
        {
            var codec = typeof(KeyCodec<>).MakeGenericType(CompositeShape.TypeOf(member));
            return Expression.Call(
                Expression.Constant(codecs[i], codec),
                codec.GetMethod(nameof(Encode))!,
                Expression.MakeMemberAccess(value, member),
                buffer);
        });
        return Expression.Lambda<Action<T, KeyBuffer>>(Expression.Block(calls), value, buffer).Compile();
    }
}

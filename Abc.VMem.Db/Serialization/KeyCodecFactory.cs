namespace Abc.VMem.Db.Serialization;

/// <summary>Builds the encodings of types. Callers cache what they get.</summary>
internal static class KeyCodecFactory
{
    private static readonly Dictionary<Type, KeyCodec> Simple = new KeyCodec[]
    {
        new BooleanKeyCodec(),
        new IntegerKeyCodec<sbyte>("int8"), new IntegerKeyCodec<byte>("uint8"),
        new IntegerKeyCodec<short>("int16"), new IntegerKeyCodec<ushort>("uint16"),
        new IntegerKeyCodec<int>("int32"), new IntegerKeyCodec<uint>("uint32"),
        new IntegerKeyCodec<long>("int64"), new IntegerKeyCodec<ulong>("uint64"),
        new IntegerKeyCodec<Int128>("int128"), new IntegerKeyCodec<UInt128>("uint128"),
        new IntegerKeyCodec<char>("char"),
        new HalfKeyCodec(), new SingleKeyCodec(), new DoubleKeyCodec(), new DecimalKeyCodec(),
        new StringKeyCodec(), new BytesKeyCodec(), new GuidKeyCodec(),
        new DateTimeKeyCodec(), new DateTimeOffsetKeyCodec(), new TimeSpanKeyCodec(),
        new DateOnlyKeyCodec(), new TimeOnlyKeyCodec(),
    }.ToDictionary(codec => codec.ValueType);

    /// <summary>Whether a value of the type can be null.</summary>
    public static bool CanBeNull(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;

    /// <summary>
    /// The encoding without a null marker, a codec of exactly the type; null when the type can't be a key.
    /// </summary>
    public static KeyCodec? TryBuildPlain(Type type)
    {
        if (Simple.TryGetValue(type, out var simple))
        {
            return simple;
        }

        if (type.IsEnum)
        {
            // The underlying types are the integers (and bool and char, which only other languages can declare).
            var integer = Enum.GetUnderlyingType(type);
            return Simple.TryGetValue(integer, out var integers)
                ? Create(typeof(EnumKeyCodec<,>), [type, integer], integers)
                : null;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return TryBuildPlain(inner) is { } plain ? Create(typeof(NullableKeyCodec<>), [inner], plain) : null;
        }

        return CompositeShape.Of(type) is { } shape ? TryBuildComposite(shape) : null;
    }

    /// <summary>
    /// The encoding behind a null marker, of the type's nullable form; null when the type can't be a key.
    /// </summary>
    public static KeyCodec? TryBuildMarked(Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        var definition = inner.IsValueType ? typeof(MarkedValueKeyCodec<>) : typeof(MarkedReferenceKeyCodec<>);
        return TryBuildPlain(inner) is { } plain ? Create(definition, [inner], plain) : null;
    }

    /// <summary>The reverse of an encoding.</summary>
    public static KeyCodec Reverse(KeyCodec codec) => Create(typeof(DescendingKeyCodec<>), [codec.ValueType], codec);

    private static KeyCodec? TryBuildComposite(CompositeShape shape)
    {
        var members = new KeyCodec[shape.Members.Count];
        for (var i = 0; i < members.Length; i++)
        {
            var type = CompositeShape.TypeOf(shape.Members[i]);
            if ((CanBeNull(type) ? TryBuildMarked(type) : TryBuildPlain(type)) is not { } member)
            {
                return null;
            }

            members[i] = member;
        }

        return Create(typeof(CompositeKeyCodec<>), [shape.Type], shape, members);
    }

    private static KeyCodec Create(Type definition, Type[] types, params object[] arguments) =>
        (KeyCodec)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;
}

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Reads single tokens as the types of the application. The TryRead methods look only at the token and return false for
/// null and for every other kind of token; they never throw. Pure; stateless.
/// </summary>
internal static partial class TokenDecoder
{
    /// <summary>Whether the token is null.</summary>
    public static bool IsNull(ReadOnlySpan<byte> token) => token.Length > 0 && token[0] == TokenCode.Nil;

    /// <summary>Decodes a token that holds no documents with field tables.</summary>
    /// <exception cref="DocumentException">The type can't hold what is stored.</exception>
    /// <exception cref="CorruptDatabaseException">The token is of another kind.</exception>
    public static T? Decode<T>(ReadOnlySpan<byte> token) => Decode(token, CodecRegistry.Get<T>(), null, "value");

    /// <summary>Decodes a token that holds no documents with field tables.</summary>
    /// <exception cref="DocumentException">The type can't hold what is stored.</exception>
    /// <exception cref="CorruptDatabaseException">The token is of another kind.</exception>
    public static object? DecodeTo(Type type, ReadOnlySpan<byte> token) =>
        Decode(token, CodecRegistry.Get(type), null, "value");

    /// <summary>Decodes a token with the codec of a member.</summary>
    internal static T Decode<T>(ReadOnlySpan<byte> token, ValueCodec<T> codec, Binding? binding, string name)
    {
        var reader = new DocumentReader(token);
        try
        {
            return codec.Read(ref reader, binding);
        }
        catch (DocumentFault fault)
        {
            throw new DocumentException(name, $"{name}: {fault.Message}", fault);
        }
    }

    /// <summary>Decodes a token with the codec of a member.</summary>
    internal static object? Decode(ReadOnlySpan<byte> token, ValueCodec codec, Binding? binding, string name)
    {
        var reader = new DocumentReader(token);
        try
        {
            return codec.ReadObject(ref reader, binding);
        }
        catch (DocumentFault fault)
        {
            throw new DocumentException(name, $"{name}: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// The codec to read a member as a type: its own, or that of another type of the same storage kind.
    /// </summary>
    internal static ValueCodec<T> CodecFor<T>(ValueCodec member)
    {
        if (member is ValueCodec<T> same)
        {
            return same;
        }

        var codec = CodecRegistry.Get<T>();
        return codec.Kind == member.Kind && codec.Plan == member.Plan
            ? codec
            : throw new ArgumentException(
                $"{CodecRegistry.NameOf(member.ValueType)} is stored, not {CodecRegistry.NameOf(typeof(T))}.");
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Formatters inside layouts of the library: its own, except that the types with an exact token of ours keep it, and
/// that nothing is ever created from a type's name. Thread-safe.
/// </summary>
internal sealed class OpaqueResolver : IFormatterResolver
{
    private static readonly IFormatterResolver Library = CompositeResolver.Create(
        [], [StandardResolver.Instance, ContractlessStandardResolver.Instance]);

    private readonly ConcurrentDictionary<Type, IMessagePackFormatter?> _own = new();

    private OpaqueResolver()
    {
        Add<decimal>();
        Add<Guid>();
        Add<DateTime>();
        Add<DateTimeOffset>();
        Add<Int128>();
        Add<UInt128>();
        Add<System.Numerics.BigInteger>();
    }

    /// <summary>The only instance.</summary>
    public static OpaqueResolver Instance { get; } = new();

    /// <summary>Options with bounds for bytes from a hostile hand.</summary>
    public static MessagePackSerializerOptions Options { get; } = MessagePackSerializerOptions.Standard
        .WithResolver(Instance)
        .WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(DocumentWriter.MaxDepth));

    /// <summary>
    /// Whether the library itself has a formatter of a type that is no plain object: Uri, BigInteger, Lazy…
    /// </summary>
    public static bool Knows(Type type)
    {
        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Static;
        var isKnown = typeof(OpaqueResolver).GetMethod(nameof(IsBuiltIn), hidden)!;
        return !typeof(Type).IsAssignableFrom(type) && (bool)isKnown.MakeGenericMethod(type).Invoke(null, null)!;
    }

    /// <inheritdoc/>
    public IMessagePackFormatter<T>? GetFormatter<T>()
    {
        if (_own.TryGetValue(typeof(T), out var own))
        {
            return (IMessagePackFormatter<T>?)own;
        }

        return typeof(Type).IsAssignableFrom(typeof(T)) ? null : Library.GetFormatter<T>();
    }

    private static bool IsBuiltIn<T>() =>
        BuiltinResolver.Instance.GetFormatter<T>() is not null
        || DynamicGenericResolver.Instance.GetFormatter<T>() is not null;

    private void Add<T>()
        where T : struct
    {
        var one = new TokenFormatter<T>(CodecRegistry.Get<T>());
        _own[typeof(T)] = one;
        _own[typeof(T?)] = new NullableFormatter<T>();
        _own[typeof(T[])] = new ArrayFormatter<T>();
        _own[typeof(T?[])] = new ArrayFormatter<T?>();
        _own[typeof(List<T>)] = new ListFormatter<T>();
    }

    /// <summary>A token of ours inside a layout of the library.</summary>
    [SuppressMessage("Usage", "MsgPack013", Justification = "Created here only.")]
    private sealed class TokenFormatter<T>(ValueCodec<T> codec) : IMessagePackFormatter<T>
    {
        /// <inheritdoc/>
        public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
        {
            var buffer = new ArrayBufferWriter<byte>(18);
            var target = new DocumentWriter(buffer);
            codec.Write(ref target, value, null);
            target.Flush();
            writer.WriteRaw(buffer.WrittenSpan);
        }

        /// <inheritdoc/>
        public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var token = reader.ReadRaw().ToArray();
            var source = new DocumentReader(token);
            return codec.Read(ref source, null);
        }
    }
}

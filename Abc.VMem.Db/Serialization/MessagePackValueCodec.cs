using System.Buffers;
using MessagePack;
using MessagePack.Resolvers;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// All other types: MessagePack with member names, no attributes needed; dates, Guid and decimal exact.
/// </summary>
internal sealed class MessagePackValueCodec<TValue> : IMapValueCodec<TValue>
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create(
            NativeDateTimeResolver.Instance,
            NativeGuidResolver.Instance,
            NativeDecimalResolver.Instance,
            ContractlessStandardResolver.Instance))
        .WithSecurity(MessagePackSecurity.UntrustedData);

    /// <inheritdoc/>
    public void Encode(TValue value, IBufferWriter<byte> destination)
    {
        try
        {
            MessagePackSerializer.Serialize(destination, value, Options);
        }
        catch (MessagePackSerializationException exception)
        {
            throw new DocumentException(
                typeof(TValue).Name, $"A {typeof(TValue)} can't be stored as a value of a map.", exception);
        }
    }

    /// <inheritdoc/>
    public TValue Decode(ReadOnlyMemory<byte> source)
    {
        try
        {
            return MessagePackSerializer.Deserialize<TValue>(source, Options);
        }
        catch (MessagePackSerializationException exception)
        {
            throw new DocumentException(
                typeof(TValue).Name,
                $"The stored value is no {typeof(TValue)}. Was the map written with another type?",
                exception);
        }
    }
}

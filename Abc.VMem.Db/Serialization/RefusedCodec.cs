namespace Abc.VMem.Db.Serialization;

/// <summary>A type that can't be stored. Found when a serializer is made, which names the member.</summary>
internal sealed class RefusedCodec<T>(string reason) : ValueCodec<T>
{
    /// <inheritdoc/>
    public override StorageKind Kind => StorageKind.Opaque;

    /// <inheritdoc/>
    public override string Refusal => reason;

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, T value, Binding? binding) => throw new DocumentFault(reason);

    /// <inheritdoc/>
    public override T Read(ref DocumentReader reader, Binding? binding) => throw new DocumentFault(reason);
}

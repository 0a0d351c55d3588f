using System.Diagnostics.CodeAnalysis;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// A value that can't be stored or read, on its way up: each level adds the name of its member, and the serializer
/// turns it into a <see cref="DocumentException"/>. Never leaves this layer.
/// </summary>
internal sealed class DocumentFault : Exception
{
    // A cycle has no end of members; the first ones tell where it is.
    private const int MaxNames = 12;

    private readonly List<string> _names = [];

    /// <summary>Creates a fault with the reason, a sentence about the value.</summary>
    public DocumentFault(string reason, Exception? inner = null)
        : base(reason, inner)
    {
    }

    /// <summary>Adds the member around the ones named so far.</summary>
    public void AddOuter(string name, bool isList) =>
        _names.Add(isList && _names.Count > 0 ? name + "[]" : name);

    /// <summary>The exception for the caller.</summary>
    public DocumentException ToException(Type root)
    {
        var names = Enumerable.Reverse(_names).Take(MaxNames).Prepend(CodecRegistry.NameOf(root));
        var member = string.Join('.', names) + (_names.Count > MaxNames ? ".…" : "");
        return new DocumentException(member, $"{member}: {Message}", InnerException);
    }

    /// <summary>null is stored where the type has none.</summary>
    [DoesNotReturn]
    public static void ThrowNull(string type) =>
        throw new DocumentFault($"null is stored, and {type} can't be null. Declare the member nullable.");

    /// <summary>A number is stored that the type can't hold.</summary>
    [DoesNotReturn]
    public static void ThrowRange(object value, string type) => throw new DocumentFault(
        FormattableString.Invariant($"the stored value {value} is out of the range of {type}."));
}

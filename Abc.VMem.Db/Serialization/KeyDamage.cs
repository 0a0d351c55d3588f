using System.Diagnostics.CodeAnalysis;

namespace Abc.VMem.Db.Serialization;

/// <summary>Throws for key bytes that are no encoding of the expected type.</summary>
internal static class KeyDamage
{
    /// <summary>The bytes end too early.</summary>
    [DoesNotReturn]
    public static void ThrowIncomplete(string codec, int length) =>
        throw new CorruptDatabaseException(
            "key", -1, $"a whole encoding of {codec}", FormattableString.Invariant($"no end within {length} bytes"));

    /// <summary>The bytes stand for no value.</summary>
    [DoesNotReturn]
    public static void Throw(string codec, string found) =>
        throw new CorruptDatabaseException("key", -1, $"an encoding of {codec}", found);
}

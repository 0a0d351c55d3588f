using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Encoded values of one index part: From ≤ value &lt; To in memcmp order, the null marker included. Bounds never lie
/// inside a value's encoding, except where they were cut.
/// </summary>
/// <param name="From">First value inside.</param>
/// <param name="To">First value outside.</param>
/// <param name="IsPoint">Whether exactly one value is inside.</param>
internal readonly record struct KeyInterval(byte[] From, byte[] To, bool IsPoint)
{
    /// <summary>The interval of the value with the given encoding.</summary>
    public static KeyInterval Point(byte[] encoding) => new(encoding, KeyCodecs.Successor(encoding)!, IsPoint: true);

    /// <summary>Whether nothing is inside.</summary>
    public bool IsEmpty => From.AsSpan().SequenceCompareTo(To) >= 0;

    /// <summary>Whether a value is inside.</summary>
    public bool Contains(ReadOnlySpan<byte> value) =>
        value.SequenceCompareTo(From) >= 0 && value.SequenceCompareTo(To) < 0;

    /// <summary>
    /// The same values where entries are cut after the given length; wasCut: others may be among them.
    /// </summary>
    public KeyInterval Cut(int maxBytes, out bool wasCut)
    {
        wasCut = From.Length > maxBytes || To.Length > maxBytes;
        return wasCut
            ? new(
                From.Length > maxBytes ? From[..maxBytes] : From,
                To.Length > maxBytes ? KeyCodecs.Successor(To.AsSpan(0, maxBytes))! : To,
                IsPoint: false)
            : this;
    }

    /// <summary>The same values as primary keys, which have no null marker.</summary>
    public KeyRange ToPrimary() => new(From.Length > 1 ? From[1..] : null, To.Length > 1 ? To[1..] : null);
}

using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What something holds at a moment: a digest to compare, and a text for messages.</summary>
/// <param name="digest">Equal for equal contents.</param>
/// <param name="tell">Makes the text.</param>
/// <param name="model">What it was made from, for who made it.</param>
internal sealed class CrashContent(UInt128 digest, Func<string> tell, object? model = null)
{
    /// <summary>Equal for equal contents.</summary>
    public UInt128 Digest => digest;

    /// <summary>What it was made from.</summary>
    public object? Model => model;

    /// <summary>A content that a text describes.</summary>
    public static CrashContent Of(string text, object? model = null) =>
        new(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan())), () => text, model);

    /// <inheritdoc/>
    public override string ToString() => tell();
}

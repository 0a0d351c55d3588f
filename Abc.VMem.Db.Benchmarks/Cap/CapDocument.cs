using System.Buffers.Binary;

namespace Abc.VMem.Db.Benchmarks.Cap;

/// <summary>A document whose content follows from its key and a version, and does not compress.</summary>
public sealed class CapDocument
{
    /// <summary>The key.</summary>
    public int Id { get; set; }

    /// <summary>Scattered over the whole range, so that its index is changed at random places.</summary>
    public int Group { get; set; }

    /// <summary>How often the document was changed.</summary>
    public int Version { get; set; }

    /// <summary>The bulk of it.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>The document with a key, after so many changes.</summary>
    public static CapDocument Make(int id, int version, int bodyBytes)
    {
        var state = ((ulong)id << 32) | (uint)version;
        var body = new byte[bodyBytes];
        for (var offset = 0; offset + sizeof(uint) <= body.Length; offset += sizeof(uint))
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(offset), (uint)(state >> 32));
        }

        return new()
        {
            Id = id,
            Version = version,
            Group = (int)(((uint)id * 2654435761u) ^ ((uint)version * 40503u)) & int.MaxValue,
            Body = body,
        };
    }

    /// <summary>A number that follows from the content.</summary>
    public ulong Digest()
    {
        var digest = Mix(Mix(Mix(14695981039346656037, (uint)Id), (uint)Group), (uint)Version);
        foreach (var value in Body)
        {
            digest = Mix(digest, value);
        }

        return digest;
    }

    /// <summary>A number that follows from all documents, in their order.</summary>
    public static ulong Digest(IEnumerable<CapDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var digest = 0UL;
        foreach (var document in documents)
        {
            digest = Mix(digest, document.Digest());
        }

        return digest;
    }

    private static ulong Mix(ulong digest, ulong value) => (digest ^ value) * 1099511628211;
}

using System.Buffers.Binary;
using System.IO.Hashing;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>One chunk of a log's file.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Generation">Generation of its segment.</param>
/// <param name="Header">Its header.</param>
/// <param name="EndLsn">Log position of its end.</param>
internal sealed record LogChunk(
    string File, int Offset, int End, long Generation, ChunkHeader Header, long EndLsn)
{
    /// <summary>All chunks of the log, older segments first.</summary>
    public static List<LogChunk> ReadAll(DamagedFiles files)
    {
        var chunks = new List<LogChunk>();
        foreach (var path in DamageSubject.Segments.Where(files.Exists))
        {
            using var segment = new LogSegment(files, path);
            if (!segment.TryOpen(FileOpening.ReadOnly) || !segment.TryReadHeader())
            {
                continue;
            }

            var reader = new LogReader(segment);
            while (reader.TryRead())
            {
                chunks.Add(new(
                    path,
                    (int)reader.Offset,
                    (int)reader.EndOffset,
                    segment.Header.Generation,
                    reader.Header,
                    segment.LsnAt(reader.EndOffset)));
            }
        }

        return [.. chunks.OrderBy(chunk => chunk.Generation).ThenBy(chunk => chunk.Offset)];
    }

    /// <summary>Offsets of the chunk's page records in the file.</summary>
    public IEnumerable<int> Records(ReadOnlyMemory<byte> file)
    {
        var at = Offset + ChunkHeader.Bytes;
        for (var i = 0u; i < Header.PageCount; i++)
        {
            yield return at;
            var record = Layout.At<PageRecordHeader>(file.Span, at);
            at += (PageRecordHeader.Bytes + (int)record.RangeBytes + 7) & ~7;
        }
    }

    /// <summary>
    /// Makes the digests right again after something in a chunk was changed: its own, and all that follow from it.
    /// </summary>
    public static void Reseal(DamagedFiles files, IReadOnlyList<LogChunk> chunks, int first)
    {
        var file = files[chunks[first].File];
        ulong? previous = null;
        foreach (var chunk in chunks.Skip(first).TakeWhile(chunk => chunk.File == chunks[first].File))
        {
            ref var header = ref Layout.At<ChunkHeader>(file, chunk.Offset);
            header.PreviousDigest = previous ?? header.PreviousDigest;
            header.Digest = 0;
            var length = (int)Math.Clamp(header.Length, ChunkHeader.Bytes, file.Length - chunk.Offset);
            header.Digest = Log.DigestOf(file.Slice(chunk.Offset, length), header.Salt);
            previous = header.Digest;
        }
    }

    /// <summary>Makes the checksum of a segment's header right again, and its second copy equal to the first.</summary>
    public static void ResealHeader(Span<byte> file)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(file[80..], XxHash3.HashToUInt64(file[..80]));
        file[..SegmentHeader.Bytes].CopyTo(file[2048..]);
    }
}

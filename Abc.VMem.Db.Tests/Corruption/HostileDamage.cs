using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// Files from a hostile hand: something in pages or log records is changed and their checksums are made right again, so
/// that every length, count, offset, reference, type and state may be anything.
/// </summary>
internal static class HostileDamage
{
    private const int MostChanges = 3;

    private static readonly int[] s_smallNumbers =
        [0, 1, 2, 7, 8, 24, 48, 128, 255, 256, 1_000, 4_039, 4_048, 4_095, 4_096, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF];

    private static readonly long[] s_largeNumbers =
    [
        0, 1, 2, -1, -2, long.MaxValue, long.MinValue, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40,
        1L << 47, 1L << 48, (1L << 48) + 1, 1L << 52, long.MaxValue / Page.Size, 67_174_400, 67_174_401,
    ];

    /// <summary>Pages of the data file.</summary>
    public static DamageFamily Pages(DamageBase target, long count) =>
        new(target, "hostile pages", count, (files, _, random) =>
        {
            var story = new List<string>();
            var page = random.Next(target.PageCount);
            for (var changes = random.Next(1, MostChanges + 1); changes > 0; changes--)
            {
                page = random.Next(3) == 0 ? random.Next(target.PageCount) : page;
                var bytes = files[DamageSubject.Path].Slice(page * Page.Size, Page.Size);
                var at = random.Next(5) switch
                {
                    0 => random.Next(8, PageHeader.Bytes),
                    1 => PageHeader.Bytes + random.Next(96),
                    2 => PageHeader.Bytes + random.Next(512),
                    3 => Array.FindLastIndex(bytes.ToArray(), value => value != 0) - random.Next(64),
                    _ => random.Next(PageHeader.Bytes, Page.Size),
                };
                story.Add($"page {page} {Change(bytes, Math.Clamp(at, 8, Page.Size - 1), target.PageCount, random)}");
                Seal(target, bytes, page);
            }

            return new DamageFacts { Story = string.Join("; ", story), IsHostile = true };
        });

    /// <summary>Pages that stand in another's place and say that they belong there.</summary>
    public static DamageFamily Moved(DamageBase target, long count) =>
        new(target, "hostile moves", count, (files, _, random) =>
        {
            var (from, to) = (random.Next(target.PageCount), random.Next(target.PageCount));
            var file = files[DamageSubject.Path];
            var bytes = file.Slice(to * Page.Size, Page.Size);
            file.Slice(from * Page.Size, Page.Size).CopyTo(bytes);
            Layout.At<PageHeader>(bytes, 0).Position = new(to);
            Seal(target, bytes, to);
            return new DamageFacts { Story = $"page {to} is a copy of page {from}", IsHostile = true };
        });

    /// <summary>Headers and records of the log.</summary>
    public static DamageFamily Log(DamageBase target, long count) =>
        new(target, "hostile log", count, (files, index, random) =>
        {
            if (index % 8 == 0)
            {
                return ChangeHeader(target, files, random);
            }

            var number = random.Next(target.Chunks.Count);
            var chunk = target.Chunks[number];
            var records = chunk.Records(target.Files[chunk.File]).ToList();
            var story = new List<string>();
            for (var changes = random.Next(1, MostChanges + 1); changes > 0; changes--)
            {
                var at = records.Count > 0 && random.Next(3) > 0
                    ? records[random.Next(records.Count)] + random.Next(PageRecordHeader.Bytes + 8)
                    : chunk.Offset + random.Next(random.Next(2) == 0 ? ChunkHeader.Bytes : chunk.End - chunk.Offset);
                var bytes = files[chunk.File][..chunk.End];
                story.Add(Change(bytes, Math.Min(at, chunk.End - 1), target.PageCount, random));
            }

            LogChunk.Reseal(files, target.Chunks, number);
            return new DamageFacts
            {
                Story = $"chunk {number} at {chunk.Offset} of {chunk.File} {string.Join("; ", story)}",
                IsHostile = true,
            };
        });

    private static DamageFacts ChangeHeader(DamageBase target, DamagedFiles files, Random random)
    {
        var file = target.Chunks[random.Next(target.Chunks.Count)].File;
        var story = Change(files[file][..80], random.Next(80), target.PageCount, random);
        LogChunk.ResealHeader(files[file]);
        return new DamageFacts { Story = $"header of {file} {story}", IsHostile = true };
    }

    private static void Seal(DamageBase target, Span<byte> page, int position) =>
        BinaryPrimitives.WriteUInt64LittleEndian(page, PageFile.Checksum(page, target.PoolId, new(position)));

    /// <summary>Gives a field around a place another value, often one that is a limit of something.</summary>
    private static string Change(Span<byte> bytes, int at, int pageCount, Random random)
    {
        var width = 1 << random.Next(4);
        at = Math.Clamp(random.Next(8) == 0 ? at : at / width * width, 0, bytes.Length - width);
        var field = bytes.Slice(at, width);
        Span<byte> value = stackalloc byte[8];
        value.Clear();
        field.CopyTo(value);
        var before = BinaryPrimitives.ReadInt64LittleEndian(value);
        var after = random.Next(6) switch
        {
            0 => before + random.Next(-2, 3),
            1 => before ^ (1L << random.Next(8 * width)),
            2 => width == 8 ? s_largeNumbers[random.Next(s_largeNumbers.Length)] : random.Next(),
            3 => random.Next(pageCount + 2),
            4 => random.NextInt64(),
            _ => s_smallNumbers[random.Next(s_smallNumbers.Length)],
        };
        BinaryPrimitives.WriteInt64LittleEndian(value, after);
        value[..width].CopyTo(field);
        return FormattableString.Invariant($"byte {at}, {width} bytes: {before:x} is now {after:x}");
    }
}

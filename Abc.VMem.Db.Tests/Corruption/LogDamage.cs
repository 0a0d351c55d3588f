using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>Damage to the log, its checksums left as they are.</summary>
internal static class LogDamage
{
    // The second copy of a segment's header.
    private const int SecondHeader = 2048;

    /// <summary>
    /// Bits of the headers, of segments, chunks and page records, spread evenly; every bit when there are enough cases.
    /// </summary>
    public static DamageFamily HeaderBits(DamageBase target, long count)
    {
        var bytes = new List<(string File, int At)>();
        foreach (var file in target.Chunks.Select(chunk => chunk.File).Distinct())
        {
            bytes.AddRange(Range(file, 0, SegmentHeader.Bytes));
            bytes.AddRange(Range(file, SecondHeader, SegmentHeader.Bytes));
        }

        foreach (var chunk in target.Chunks)
        {
            bytes.AddRange(Range(chunk.File, chunk.Offset, ChunkHeader.Bytes));
            foreach (var record in chunk.Records(target.Files[chunk.File]))
            {
                bytes.AddRange(Range(chunk.File, record, PageRecordHeader.Bytes));
            }
        }

        var all = bytes.Count * 8L;
        return new(target, "log header bits", Math.Min(count, all), (files, index, _) =>
        {
            var bit = index * 1_000_003 % all;
            return Flip(target, files, bytes[(int)(bit / 8)].File, bytes[(int)(bit / 8)].At, (int)(bit % 8));
        });
    }

    /// <summary>Bits of all chunks, spread evenly; every bit when there are enough cases.</summary>
    public static DamageFamily Bits(DamageBase target, long count)
    {
        var ends = new List<long>();
        foreach (var chunk in target.Chunks)
        {
            ends.Add((ends.Count > 0 ? ends[^1] : 0) + (8L * (chunk.End - chunk.Offset)));
        }

        return new(target, "log bits", Math.Min(count, ends[^1]), (files, index, _) =>
        {
            var bit = index * 1_000_003 % ends[^1];
            var at = ends.FindIndex(end => bit < end);
            var within = (int)(bit - (at > 0 ? ends[at - 1] : 0));
            var chunk = target.Chunks[at];
            return Flip(target, files, chunk.File, chunk.Offset + (within / 8), within % 8);
        });
    }

    /// <summary>Ranges behind the headers that are zeroed, set, or filled with other bytes.</summary>
    public static DamageFamily Ranges(DamageBase target, long count) =>
        new(target, "log ranges", count, (files, index, random) =>
        {
            var chunk = target.Chunks[random.Next(target.Chunks.Count)];
            var at = random.Next(chunk.Offset, chunk.End);
            var file = files[chunk.File];
            var length = random.Next(3) switch
            {
                0 => random.Next(1, 30),
                1 => 512 - (at % 512),
                _ => random.Next(1, file.Length - at + 1),
            };
            Fill(file.Slice(at, length), (int)(index % 3), random);
            return Facts(target, $"{length} bytes at {at} of {chunk.File} are changed", chunk.File, at, at + length);
        });

    /// <summary>A segment that ends earlier, or later.</summary>
    public static DamageFamily Lengths(DamageBase target, long count) =>
        new(target, "log lengths", count, (files, index, random) =>
        {
            var file = target.Chunks[random.Next(target.Chunks.Count)].File;
            var length = files[file].Length;
            if (index % 5 == 0)
            {
                files.Resize(file, length + random.Next(1, 9_000));
                random.NextBytes(files[file][length..]);
                return Facts(target, $"garbage follows {file}", file, length, length + 1);
            }

            var to = random.Next(SecondHeader + SegmentHeader.Bytes, length);
            files.Resize(file, to);
            return Facts(target, $"{file} is cut at byte {to}", file, to, length);
        });

    /// <summary>A chunk that stands over another one, or behind the last one.</summary>
    public static DamageFamily Duplicates(DamageBase target, long count) =>
        new(target, "log duplicates", count, (files, index, random) =>
        {
            var from = target.Chunks[random.Next(target.Chunks.Count)];
            var over = target.Chunks[random.Next(target.Chunks.Count)];
            var at = index % 2 == 0 ? over.Offset : (over.End + Page.Size - 1) / Page.Size * Page.Size;
            var file = files[over.File];
            var length = Math.Min(from.End - from.Offset, file.Length - at);
            target.Files[from.File].AsSpan(from.Offset, length).CopyTo(file[at..]);
            var story = $"{length} bytes at {from.Offset} of {from.File} stand at {at} of {over.File}";
            return Facts(target, story, over.File, at, at + length);
        });

    /// <summary>Segments that trade places, are gone, are older ones, or lost their header.</summary>
    public static DamageFamily Segments(DamageBase target)
    {
        var (one, other) = (DamageSubject.Segments[0], DamageSubject.Segments[1]);
        var actions = new List<(string Story, Action<DamagedFiles> Apply)>
        {
            ("both segments are gone", files => Delete(files, one, other)),
            ("the first segment is gone", files => Delete(files, one)),
            ("the second segment is gone", files => Delete(files, other)),
            ("the segments trade places", files => Trade(files, one, other)),
        };
        foreach (var file in DamageSubject.Segments.Where(target.Files.ContainsKey))
        {
            actions.Add(($"the headers of {file} are zeros", files => files[file][..Page.Size].Clear()));
            actions.Add(($"the headers of {file} are ones", files => files[file][..Page.Size].Fill(0xFF)));
            actions.Add(($"{file} is empty", files => files.Resize(file, 0)));
            actions.Add(($"{file} is zeros", files => files[file].Clear()));
            for (var i = 0; i < target.Older.Count; i++)
            {
                if (target.Older[i].TryGetValue(file, out var older))
                {
                    actions.Add(($"{file} is the one of moment {i}", files => files.Put(file, older)));
                }
            }
        }

        return new(target, "segments", actions.Count, (files, index, _) =>
        {
            var (story, apply) = actions[(int)index];
            apply(files);

            // What a whole log was lost with can't be known: an earlier commit is an answer, a mixture is none.
            return new DamageFacts { Story = story, States = ulong.MaxValue };
        });
    }

    private static IEnumerable<(string File, int At)> Range(string file, int at, int length) =>
        Enumerable.Range(at, length).Select(place => (file, place));

    private static void Delete(DamagedFiles files, params string[] paths)
    {
        foreach (var path in paths)
        {
            files.Delete(path);
        }
    }

    private static void Trade(DamagedFiles files, string one, string other)
    {
        const string Between = "/between";
        foreach (var (from, to) in new[] { (one, Between), (other, one), (Between, other) })
        {
            if (files.Exists(from))
            {
                files.Rename(from, to);
            }
        }
    }

    private static void Fill(Span<byte> range, int how, Random random)
    {
        switch (how)
        {
            case 0:
                range.Clear();
                break;
            case 1:
                range.Fill(0xFF);
                break;
            default:
                random.NextBytes(range);
                break;
        }
    }

    private static DamageFacts Flip(DamageBase target, DamagedFiles files, string file, int at, int bit)
    {
        files[file][at] ^= (byte)(1 << bit);
        return Facts(target, $"bit {bit} of byte {at} of {file} is flipped", file, at, at + 1);
    }

    // The chunks before the damage are there. What follows may be lost only when no chunk behind the damage says that
    // it was durable: a torn tail looks the same.
    private static DamageFacts Facts(DamageBase target, string story, string file, int from, int to)
    {
        var chunks = target.Chunks.Where(chunk => chunk.File == file).ToList();
        var newest = target.Chunks[^1].Generation;
        var hit = chunks.FirstOrDefault(chunk => chunk.End > from && chunk.Offset < to);
        var states = target.FinalState;
        if (hit is not null && hit.Generation == newest)
        {
            var lastWhole = chunks.LastOrDefault(chunk => chunk.End <= from);
            var endLsn = lastWhole?.EndLsn ?? hit.EndLsn - (hit.End - hit.Offset);
            if (!chunks.Any(chunk => chunk.Offset >= to && chunk.Header.DurableLsn > endLsn))
            {
                states |= target.StatesFrom(lastWhole?.Header.Sequence ?? 0);
            }
        }

        return new DamageFacts { Story = story, States = states };
    }
}

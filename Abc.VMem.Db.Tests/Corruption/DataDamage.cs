using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>Damage to the data file, its checksums left as they are.</summary>
internal static class DataDamage
{
    private const int PageBits = Page.Size * 8;
    private const int HeaderBits = PageHeader.Bytes * 8;

    /// <summary>Every bit of every page's header.</summary>
    public static DamageFamily HeaderBitsOf(DamageBase target) =>
        new(target, "header bits", (long)target.PageCount * HeaderBits, (files, index, _) =>
            Flip(target, files, (index / HeaderBits * PageBits) + (index % HeaderBits)));

    /// <summary>Bits of all pages, spread evenly; every bit when there are enough cases.</summary>
    public static DamageFamily Bits(DamageBase target, long count)
    {
        var all = (long)target.PageCount * PageBits;

        // A step that has no divisor in common with the number of bits meets each bit once.
        var step = 1_000_003L;
        return new(target, "bits", Math.Min(count, all), (files, index, _) =>
            Flip(target, files, (index * step) % all));
    }

    /// <summary>Ranges of any length that are zeroed, set, or filled with other bytes.</summary>
    public static DamageFamily Ranges(DamageBase target, long count) =>
        new(target, "ranges", count, (files, _, random) =>
        {
            var length = random.Next(4) switch
            {
                0 => random.Next(1, 9),
                1 => random.Next(1, 600),
                2 => 512,
                _ => Page.Size,
            };
            var at = random.Next(target.PageCount * Page.Size / length) * length;
            return Overwrite(target, files, at, length, random);
        });

    /// <summary>Pages that trade places, or stand over others.</summary>
    public static DamageFamily Pages(DamageBase target, long count) =>
        new(target, "pages", count, (files, index, random) =>
        {
            var (a, b) = (random.Next(target.PageCount), random.Next(target.PageCount));
            var first = PageOf(files, a);
            var second = PageOf(files, b);
            var isEqual = first.SequenceEqual(second);
            if (index % 2 == 0)
            {
                var copy = first.ToArray();
                second.CopyTo(first);
                copy.CopyTo(second);
                return Facts(target, $"pages {a} and {b} trade places", isEqual ? [] : [a, b]);
            }

            first.CopyTo(second);
            return Facts(target, $"page {a} stands over page {b}", isEqual ? [] : [b]);
        });

    /// <summary>A file that ends earlier, or later.</summary>
    public static DamageFamily Lengths(DamageBase target, long count) =>
        new(target, "lengths", count, (files, index, random) =>
        {
            var length = files[DamageSubject.Path].Length;
            if (index % 4 == 0)
            {
                var more = random.Next(1, 3 * Page.Size);
                files.Resize(DamageSubject.Path, length + more);
                random.NextBytes(files[DamageSubject.Path][length..]);
                return Facts(target, $"{more} bytes of garbage follow the file", []);
            }

            var to = index % 4 == 1 ? random.Next(target.PageCount) * Page.Size : random.Next(length);
            files.Resize(DamageSubject.Path, to);
            if (to == 0)
            {
                // An empty file is one that was not made yet. Nothing says that there was anything.
                files.Resize(DamageSubject.Path, to = 1);
            }

            var lost = Enumerable.Range(to / Page.Size, Math.Max(0, target.PageCount - (to / Page.Size)))
                .Select(page => (long)page).ToArray();
            return Facts(target, $"the file is cut at byte {to}", lost);
        });

    /// <summary>Two of the others at once.</summary>
    public static DamageFamily Twice(DamageBase target, long count)
    {
        DamageFamily[] parts = [Bits(target, long.MaxValue), Ranges(target, 0), Pages(target, 0)];
        return new(target, "twice", count, (files, _, random) =>
        {
            var first = Part();
            var second = Part();
            return first with
            {
                Story = $"{first.Story}; {second.Story}",
                Pages = [.. first.Pages ?? [], .. second.Pages ?? []],

                // The second one may undo the first.
                MustBeNoticed = false,
            };

            DamageFacts Part() => parts[random.Next(parts.Length)].Apply(files, random.Next(int.MaxValue));
        });
    }

    /// <summary>Every page as it was at an earlier moment: valid, but stale.</summary>
    public static DamageFamily Stale(DamageBase target)
    {
        var cases = new List<(int Moment, int Page)>();
        var now = target.Files[DamageSubject.Path];
        for (var moment = 0; moment < target.Older.Count; moment++)
        {
            var then = target.Older[moment][DamageSubject.Path];
            for (var page = 0; page < Math.Min(target.PageCount, then.Length / Page.Size); page++)
            {
                if (!then.AsSpan(page * Page.Size, Page.Size).SequenceEqual(now.AsSpan(page * Page.Size, Page.Size)))
                {
                    cases.Add((moment, page));
                }
            }
        }

        return new(target, "stale pages", cases.Count, (files, index, _) =>
        {
            var (moment, page) = cases[(int)index];
            target.Older[moment][DamageSubject.Path].AsSpan(page * Page.Size, Page.Size).CopyTo(PageOf(files, page));
            return new DamageFacts
            {
                Story = $"page {page} is the one of moment {moment}",
                States = ulong.MaxValue,
                IsStale = true,
            };
        });
    }

    private static Span<byte> PageOf(DamagedFiles files, int page) =>
        files[DamageSubject.Path].Slice(page * Page.Size, Page.Size);

    private static DamageFacts Flip(DamageBase target, DamagedFiles files, long bit)
    {
        files[DamageSubject.Path][(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
        var page = bit / PageBits;
        return Facts(target, $"bit {bit % 8} of byte {bit / 8 % Page.Size} of page {page} is flipped", [page]);
    }

    private static DamageFacts Overwrite(DamageBase target, DamagedFiles files, int at, int length, Random random)
    {
        var range = files[DamageSubject.Path].Slice(at, length);
        var before = range.ToArray();
        var how = random.Next(3);
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

        string[] words = ["zeros", "ones", "other bytes"];
        var story = $"{length} bytes at {at % Page.Size} of page {at / Page.Size} are {words[how]}";
        var pages = new List<long>();
        for (var page = at / Page.Size; page <= (at + length - 1) / Page.Size; page++)
        {
            var from = Math.Max(0, (page * Page.Size) - at);
            var to = Math.Min(length, ((page + 1) * Page.Size) - at);
            if (!range[from..to].SequenceEqual(before.AsSpan(from, to - from)))
            {
                pages.Add(page);
            }
        }

        return Facts(target, story, pages);
    }

    private static DamageFacts Facts(DamageBase target, string story, IReadOnlyList<long> pages) => new()
    {
        Story = story,
        States = target.FinalState,
        Pages = pages,

        // The log of a killed process makes pages whole again.
        MustBeNoticed = target.Kind == BaseKind.Closed && pages.Any(page => target.IsUsed[page]),
    };
}

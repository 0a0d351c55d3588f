namespace Abc.VMem.Db.Tests.Support;

/// <summary>Which of the changes that were not made durable survive a power loss.</summary>
internal enum CrashPolicy
{
    /// <summary>None.</summary>
    None,

    /// <summary>All: also what a killed process leaves behind.</summary>
    All,

    /// <summary>Those up to a random moment, sector by sector.</summary>
    Prefix,

    /// <summary>Any sectors, lengths and names.</summary>
    Random,

    /// <summary>Only the last call that changed something.</summary>
    OnlyLast,

    /// <summary>Any calls, each as a whole: later ones without earlier ones.</summary>
    Reordered,

    /// <summary>As <see cref="Prefix"/>, and the sector at that moment ends with garbage, of any length.</summary>
    Torn,

    /// <summary>All but the last call, of which only the first sector came, and ends with garbage.</summary>
    TornHead,

    /// <summary>All lengths and names, no bytes: new room reads as zeros.</summary>
    MetadataOnly,

    /// <summary>All bytes and lengths, no names.</summary>
    DataOnly,
}

/// <summary>Carries out a policy.</summary>
internal static class CrashPolicies
{
    /// <summary>Every policy.</summary>
    public static IReadOnlyList<CrashPolicy> All { get; } = Enum.GetValues<CrashPolicy>();

    /// <summary>Whether another seed may leave another disk.</summary>
    public static bool IsRandom(CrashPolicy policy) => policy is CrashPolicy.Random or CrashPolicy.Prefix
        or CrashPolicy.Reordered or CrashPolicy.Torn or CrashPolicy.TornHead;

    /// <summary>For each piece of each effect, in order, whether it survives; torn is the piece with garbage.</summary>
    public static bool[][] Choose(
        CrashPolicy policy, IReadOnlyList<SimulatedEffect> effects, Random random, out (int Effect, int Piece)? torn)
    {
        var chosen = Choose(policy, effects, random, effects.Sum(effect => effect.PieceCount), out torn);
        KeepLengthsInOrder(effects, chosen);
        return chosen;
    }

    private static bool[][] Choose(
        CrashPolicy policy, IReadOnlyList<SimulatedEffect> effects, Random random, int total, out (int, int)? torn)
    {
        torn = null;
        switch (policy)
        {
            case CrashPolicy.Prefix:
                return ChoosePrefix(effects, random.Next(total + 1), out _);
            case CrashPolicy.Torn:
                return ChoosePrefix(effects, total == 0 ? 0 : random.Next(1, total + 1), out torn);
            case CrashPolicy.TornHead:
                return ChooseHead(effects, out torn);
            case CrashPolicy.Random:
                var share = (1 + random.Next(9)) / 10.0;
                return Choose(effects, (_, _) => random.NextDouble() < share);
            case CrashPolicy.Reordered:
                var kept = effects.Select(_ => random.Next(2) == 0).ToArray();
                return Choose(effects, (effect, _) => kept[effect]);
            default:
                return Choose(effects, (effect, piece) => Survives(policy, effects, effect, piece));
        }
    }

    /// <summary>
    /// A file's length is one field of its inode: when a length survives, so do the earlier ones, and what they cut off
    /// stays cut off.
    /// </summary>
    private static void KeepLengthsInOrder(IReadOnlyList<SimulatedEffect> effects, bool[][] chosen)
    {
        var later = new HashSet<SimulatedFile>();
        for (var i = effects.Count - 1; i >= 0; i--)
        {
            if (effects[i] is not DataEffect data || data.PieceCount == 0 || data.KindOf(0) != SimulatedPiece.Length)
            {
                continue;
            }

            chosen[i][0] |= later.Contains(data.File);
            if (chosen[i][0])
            {
                later.Add(data.File);
            }
        }
    }

    private static bool Survives(CrashPolicy policy, IReadOnlyList<SimulatedEffect> effects, int effect, int piece) =>
        policy switch
        {
            CrashPolicy.All => true,
            CrashPolicy.OnlyLast => effect == effects.Count - 1,
            CrashPolicy.MetadataOnly => effects[effect].KindOf(piece) != SimulatedPiece.Sector,
            CrashPolicy.DataOnly => effects[effect].KindOf(piece) != SimulatedPiece.Name,
            _ => false,
        };

    private static bool[][] ChoosePrefix(
        IReadOnlyList<SimulatedEffect> effects, int count, out (int Effect, int Piece)? last)
    {
        var seen = 0;
        (int, int)? lastSector = null;
        var chosen = Choose(effects, (effect, piece) =>
        {
            if (++seen > count)
            {
                return false;
            }

            lastSector = effects[effect].KindOf(piece) == SimulatedPiece.Sector ? (effect, piece) : null;
            return true;
        });
        last = lastSector;
        return chosen;
    }

    private static bool[][] ChooseHead(IReadOnlyList<SimulatedEffect> effects, out (int Effect, int Piece)? torn)
    {
        var last = effects.Count - 1;
        var head = last < 0
            ? -1
            : Enumerable.Range(0, effects[last].PieceCount)
                .FirstOrDefault(piece => effects[last].KindOf(piece) == SimulatedPiece.Sector, -1);
        torn = head < 0 ? null : (last, head);
        return Choose(effects, (effect, piece) => effect < last || piece <= head);
    }

    private static bool[][] Choose(IReadOnlyList<SimulatedEffect> effects, Func<int, int, bool> survives)
    {
        var chosen = new bool[effects.Count][];
        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] = new bool[effects[i].PieceCount];
            for (var piece = 0; piece < chosen[i].Length; piece++)
            {
                chosen[i][piece] = survives(i, piece);
            }
        }

        return chosen;
    }
}

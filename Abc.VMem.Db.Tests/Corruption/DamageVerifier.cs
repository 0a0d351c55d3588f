
namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// What must hold for a damaged file: everything that is read is right, or a typed exception says what is damaged; no
/// other exception, no read without end, no memory beyond a bound. One object for many cases, on one thread.
/// </summary>
internal sealed class DamageVerifier
{
    // Of all reads, and of allocations, in bytes for each byte of the files.
    private const long ReadFactor = 400;
    private const long AllocationFactor = 300;
    private const long AllocationBase = 16 << 20;

    // What costs much is done in a part of the cases, all of it in every part of the numbers.
    private const int ExpensiveEvery = 17;
    private const int CheckEvery = 5;
    private const int WriteEvery = 7;
    private const int MostRefusals = 2;

    private static readonly int[] s_caps = [64, 16, 32];

    private static readonly string[] s_ofPrograms =
    [
        "The structure there has items of", "The bytes at", "The state at", "The pool has no page",
        "A state of 32 bytes", "Page ", "The keys of", "The key of", "The list", "The stack", "The string",
        "The pool has pages", "Byte ",
    ];

    private readonly DamagedFiles _files = new();
    private readonly ContentDigest _digest = new();

    /// <summary>Runs a case.</summary>
    /// <returns>What does not hold; null = all does.</returns>
    public string? Run(DamageFamily family, long index, out string story)
    {
        var target = family.Target;
        _files.Load(target.Files);
        var facts = family.Apply(_files, index);
        story = facts.Story;
        _files.MaxBytesRead = (ReadFactor * _files.TotalBytes) + (8 << 20);
        var bound = AllocationBase + (AllocationFactor * _files.TotalBytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var problem = Verify(target, in facts, index);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            return problem
                ?? (allocated > bound ? $"{allocated} bytes were allocated" : null)
                ?? (_files.OpenHandles == 0 ? null : $"{_files.OpenHandles} files were left open");
        }
        catch (Exception error)
        {
            return $"not a typed exception: {error}";
        }
    }

    private string? Verify(DamageBase target, in DamageFacts facts, long index)
    {
        var before = _files.Digest();
        DamageSubject.Session session;
        try
        {
            session = target.Subject.Open(_files, DamageBase.Options(s_caps[index % s_caps.Length]));
        }
        catch (VMemDbException refusal)
        {
            return WrongPage(refusal, in facts)
                ?? (MayRecover(target, in facts) || _files.Digest() == before
                    ? null
                    : $"the files were changed by an open that was refused: {refusal}");
        }

        string? problem;
        var isNoticed = false;
        try
        {
            problem = Read(target, session, in facts, index, ref isNoticed);
            if (problem is null && (!isNoticed || index % CheckEvery == 0))
            {
                problem = Check(session, in facts, ref isNoticed);
            }

            if (problem is null && index % WriteEvery == 0)
            {
                problem = Try(session.Write, in facts, ref isNoticed);
            }
        }
        finally
        {
            try
            {
                session.Dispose();
            }
            catch (VMemDbException)
            {
                // A pool that failed says so once more.
            }
        }

        return problem ?? (facts.MustBeNoticed && !isNoticed ? "nothing noticed the damage" : null);
    }

    // A log whose digests hold is redone, and may turn out to be nonsense only then.
    private static bool MayRecover(DamageBase target, in DamageFacts facts) =>
        facts.IsHostile && target.Kind != BaseKind.Closed;

    private string? Read(
        DamageBase target, DamageSubject.Session session, in DamageFacts facts, long index, ref bool isNoticed)
    {
        session.BeginRead();
        var states = facts.States;
        var count = index % ExpensiveEvery == 0 ? target.Subject.Parts.Count : target.Subject.ExpensiveFrom;
        for (var (i, refusals) = (0, 0); i < count && refusals < MostRefusals; i++)
        {
            // Another one first each time: after some refusals the rest is left to other cases.
            var part = (int)((i + index) % count);
            _digest.Reset();
            _digest.Known = target.Known;
            try
            {
                session.Read(part, _digest);
            }
            catch (Exception refusal) when (IsTyped(refusal, in facts))
            {
                isNoticed = true;
                refusals++;
                if (WrongPage(refusal, in facts) is { } wrong)
                {
                    return wrong;
                }

                continue;
            }

            if (facts.IsHostile)
            {
                continue;
            }

            var name = target.Subject.Parts[part];
            if (_digest.HasUnknown)
            {
                return $"{name} holds something that was never there";
            }

            if (!facts.IsStale && (states = Matching(target, states, part)) == 0)
            {
                return $"{name} is that of none of the states {Numbers(facts.States)} that the parts before it are of";
            }
        }

        session.EndRead();
        return null;
    }

    private ulong Matching(DamageBase target, ulong states, int part)
    {
        for (var i = 0; i < target.States.Count; i++)
        {
            if (target.States[i].Digests[part] != _digest.Value)
            {
                states &= ~(1UL << i);
            }
        }

        return states;
    }

    private static string? Check(DamageSubject.Session session, in DamageFacts facts, ref bool isNoticed)
    {
        var wasNoticed = isNoticed;
        var holds = false;
        var problem = Try(() => holds = session.Check(), in facts, ref isNoticed);
        isNoticed |= !holds;
        return problem ?? (wasNoticed && holds && !facts.IsHostile
            ? "reading was refused, and yet the check says that everything holds"
            : null);
    }

    private static string? Try(Action action, in DamageFacts facts, ref bool isNoticed)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception refusal) when (IsTyped(refusal, in facts))
        {
            isNoticed = true;
            return WrongPage(refusal, in facts);
        }
    }

    // A program says itself where a state is, and of what type keys and items are. When another one, or none, is there,
    // nothing tells that it once was so: to the pool the program is wrong.
    private static bool IsTyped(Exception refusal, in DamageFacts facts) =>
        refusal is VMemDbException
        || (facts.IsHostile && refusal is ArgumentException
            && Array.Exists(s_ofPrograms, text => refusal.Message.StartsWith(text, StringComparison.Ordinal)));

    private static string? WrongPage(Exception refusal, in DamageFacts facts) =>
        refusal is CorruptDatabaseException { PagePos: >= 0 } corrupt
        && facts.Pages is { } pages && !pages.Contains(corrupt.PagePos)
            ? $"the exception names another page than {string.Join(", ", pages)}: {refusal}"
            : null;

    private static string Numbers(ulong states) =>
        string.Join(',', Enumerable.Range(0, 64).Where(i => (states >> i & 1) != 0));
}

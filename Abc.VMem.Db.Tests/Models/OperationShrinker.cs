using System.Diagnostics;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// Makes a failing sequence of operations short: leaves out pieces, then single operations, then makes numbers smaller,
/// as long as it fails. Any failure counts.
/// </summary>
/// <param name="fails">Runs a sequence from scratch; how many operations ran until it failed, or null.</param>
/// <param name="patience">After so much time the shortest so far is good enough.</param>
internal sealed class OperationShrinker(Func<IReadOnlyList<Operation>, int?> fails, TimeSpan patience)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private List<Operation> _shortest = [];

    /// <summary>Replays so far.</summary>
    public int Replays { get; private set; }

    private bool IsInTime => _watch.Elapsed < patience;

    /// <summary>The shortest failing sequence that it finds; the given one when that does not fail.</summary>
    public IReadOnlyList<Operation> Shrink(IReadOnlyList<Operation> operations)
    {
        _shortest = [.. operations];
        if (!Take([.. operations]))
        {
            return operations;
        }

        for (var before = int.MaxValue; before > _shortest.Count && IsInTime;)
        {
            before = _shortest.Count;
            LeaveOut();
        }

        MakeSmaller();
        return _shortest;
    }

    /// <summary>From large pieces to single ones, the later ones first.</summary>
    private void LeaveOut()
    {
        for (var piece = Math.Max(1, _shortest.Count / 2); piece >= 1; piece /= 2)
        {
            for (var at = _shortest.Count - piece; at > -piece && IsInTime; at -= piece)
            {
                var from = Math.Max(0, at);
                var rest = new List<Operation>(_shortest);
                rest.RemoveRange(from, Math.Min(piece, rest.Count - from));
                Take(rest);
                at = Math.Min(at, _shortest.Count);
            }
        }
    }

    private void MakeSmaller()
    {
        for (var i = 0; i < _shortest.Count; i++)
        {
            for (var isSmaller = true; isSmaller && i < _shortest.Count && IsInTime;)
            {
                isSmaller = _shortest[i].Smaller().Any(smaller =>
                {
                    var other = new List<Operation>(_shortest) { [i] = smaller };
                    return IsInTime && Take(other);
                });
            }
        }
    }

    private bool Take(List<Operation> operations)
    {
        Replays++;
        if (fails(operations) is not { } count)
        {
            return false;
        }

        _shortest = operations[..count];
        return true;
    }
}

using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Indexes;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Lists the ways to a query's documents, the most promising first. Values are not known yet: an execution takes the
/// first way that its values narrow.
/// </summary>
internal sealed class AccessPlanner(
    CollectionDefinition definition, IReadOnlyList<Condition> conjuncts, OrderPlan order)
{
    private const int PrimaryBonus = 500;
    private const int UniqueBonus = 200;
    private const int OrderBonus = 15;

    /// <summary>The ways, the last of which is a walk over all documents.</summary>
    public IReadOnlyList<AccessPath> List()
    {
        var paths = new List<AccessPath>();
        if (PrimaryPart() is { } primary && Estimate(primary) is { } selectivity)
        {
            paths.Add(new PrimaryPath { Parts = [primary], Score = PrimaryBonus + Points(selectivity) });
        }

        paths.AddRange(definition.Indexes.Select(OfIndex).OfType<IndexPath>());
        paths.Add(new PrimaryPath { Parts = [], Score = 1 });
        return [.. paths.OrderByDescending(path => path.Score)];
    }

    private NarrowedPart? PrimaryPart()
    {
        if (definition.KeyPath is not { } path)
        {
            return null;
        }

        var part = KeyPart.Primary(path, definition.KeyCodec);
        return Narrowing(part) is { Count: > 0 } used ? new NarrowedPart(part, used) : null;
    }

    private IndexPath? OfIndex(IndexDefinition index)
    {
        var parts = new List<NarrowedPart>();
        var score = 0;
        foreach (var part in index.Parts)
        {
            var narrowed = new NarrowedPart(KeyPart.Of(part), Narrowing(KeyPart.Of(part)));
            if (narrowed.Conjuncts.Count == 0 || Estimate(narrowed) is not { } selectivity)
            {
                break;
            }

            parts.Add(narrowed);
            score += Points(selectivity) / parts.Count;
            if (selectivity < Selectivity.Points)
            {
                break;
            }
        }

        if (index.IsUnique && parts.Count == index.Parts.Count && parts.All(IsPoint))
        {
            score += UniqueBonus;
        }

        var ordered = OrderOf(index, parts);
        score += ordered is null ? 0 : OrderBonus;
        return score > Points(Selectivity.Weak)
            ? new IndexPath { Index = index, Parts = parts, Order = ordered, Score = score }
            : null;
    }

    /// <remarks>Two conditions on a multikey path may hold for different elements: only one of them narrows.</remarks>
    private List<int> Narrowing(KeyPart part)
    {
        var used = new List<int>();
        for (var i = 0; i < conjuncts.Count; i++)
        {
            if (Planning.Narrowing.Estimate(conjuncts[i], part) is not null)
            {
                used.Add(i);
            }
        }

        return part.Path.IsMultikey && used.Count > 1
            ? [used.MaxBy(i => Planning.Narrowing.Estimate(conjuncts[i], part))]
            : used;
    }

    private Selectivity? Estimate(NarrowedPart part) => part.Conjuncts
        .Select(i => Planning.Narrowing.Estimate(conjuncts[i], part.Part))
        .Aggregate(Planning.Narrowing.Both);

    private bool IsPoint(NarrowedPart part) => Estimate(part) == Selectivity.Point;

    private static int Points(Selectivity selectivity) => selectivity switch
    {
        Selectivity.Point => 100,
        Selectivity.Points => 80,
        Selectivity.Range => 40,
        Selectivity.HalfRange => 20,
        _ => 2,
    };

    private IndexOrder? OrderOf(IndexDefinition index, List<NarrowedPart> narrowed)
    {
        if (order.Primary != PrimaryOrder.None || index.IsMultikey)
        {
            return null;
        }

        var fixedParts = narrowed.TakeWhile(IsPoint).Count();
        var part = 0;
        var key = 0;
        while (key < order.Fields.Count && part < index.Parts.Count)
        {
            if (IsKeyOfPart(index.Parts[part], key) && order.IsDescending[key] == order.IsDescending[0])
            {
                part++;
                key++;
            }
            else if (part < fixedParts)
            {
                part++;
            }
            else
            {
                break;
            }
        }

        return key == 0 ? null : new IndexOrder(part, order.IsDescending[0], key, Math.Min(fixedParts, part));
    }

    private bool IsKeyOfPart(IndexPart part, int key) =>
        order.Fields[key] is { List: null } field && KeyPart.Of(part).EncodingOf(field) is not null;
}

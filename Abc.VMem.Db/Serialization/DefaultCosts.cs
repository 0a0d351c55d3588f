namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Bounds what reading a stored default can come to: a default may hold documents that lack members, whose defaults are
/// read in turn. Refuses defaults that contain each other.
/// </summary>
internal static class DefaultCosts
{
    /// <summary>
    /// Most bytes that a default may come to: a larger one would be paid for by every document that lacks the member.
    /// </summary>
    public const long MaxCost = 1 << 20;

    private const long InProgress = -1;

    /// <summary>Computes the cost of every default of a schema.</summary>
    /// <exception cref="CorruptDatabaseException">Defaults contain each other, or expand without bound.</exception>
    public static void Compute(DocumentSchema schema)
    {
        foreach (var table in schema.Tables)
        {
            for (var ordinal = 0; ordinal < table.Fields.Count; ordinal++)
            {
                CostOf(schema, table, ordinal, 0);
            }
        }
    }

    private static long CostOf(DocumentSchema schema, FieldTable table, int ordinal, int depth)
    {
        ref var cost = ref table.DefaultCosts[ordinal];
        if (cost == InProgress || depth > DocumentWriter.MaxDepth)
        {
            throw Corrupt("a default that contains itself");
        }

        if (cost == 0)
        {
            cost = InProgress;
            var field = table.Fields[ordinal];
            var inside = InsideToken(schema, field.Shape, field.Default.Span, depth);
            cost = field.Default.Length + inside;
        }

        return cost <= MaxCost ? cost : throw Corrupt("more");
    }

    private static long InsideToken(DocumentSchema schema, StorageShape shape, ReadOnlySpan<byte> token, int depth)
    {
        if (token[0] == TokenCode.Nil || !shape.IsComposite || shape.Kind == StorageKind.Opaque)
        {
            return 0;
        }

        if (depth > DocumentWriter.MaxDepth)
        {
            throw Corrupt("more than 128 levels");
        }

        var reader = new DocumentReader(token);
        return shape.Kind switch
        {
            StorageKind.Document => InsideDocument(schema, schema.Tables[shape.Table], ref reader, depth + 1),
            StorageKind.List => InsideList(schema, shape, ref reader, depth + 1),
            _ => InsideMap(schema, shape, ref reader, depth + 1),
        };
    }

    private static long InsideDocument(DocumentSchema schema, FieldTable table, ref DocumentReader reader, int depth)
    {
        var (cost, count) = (0L, reader.ReadArrayHeader());
        for (var ordinal = 0; ordinal < table.Fields.Count && cost <= MaxCost; ordinal++)
        {
            var field = table.Fields[ordinal];
            var isPresent = ordinal < count && reader.Peek() != TokenCode.Absent;
            cost += isPresent
                ? InsideToken(schema, field.Shape, reader.ReadRaw(), depth)
                : CostOf(schema, table, ordinal, depth);
            if (!isPresent && ordinal < count)
            {
                reader.Advance();
            }
        }

        return cost;
    }

    private static long InsideList(DocumentSchema schema, StorageShape shape, ref DocumentReader reader, int depth)
    {
        var cost = 0L;
        for (var left = reader.ReadArrayHeader(); left > 0 && cost <= MaxCost; left--)
        {
            cost += InsideToken(schema, shape.Element!, reader.ReadRaw(), depth);
        }

        return cost;
    }

    private static long InsideMap(DocumentSchema schema, StorageShape shape, ref DocumentReader reader, int depth)
    {
        var cost = 0L;
        for (var left = reader.ReadMapHeader(); left > 0 && cost <= MaxCost; left--)
        {
            cost += InsideToken(schema, shape.Key!, reader.ReadRaw(), depth);
            cost += InsideToken(schema, shape.Element!, reader.ReadRaw(), depth);
        }

        return cost;
    }

    private static CorruptDatabaseException Corrupt(string found) =>
        new("document schema", -1, "defaults of at most a megabyte", found);
}

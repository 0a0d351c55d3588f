namespace Abc.VMem.Db.Serialization;

/// <summary>Finds members that can't be stored before the first document is.</summary>
internal static class PlanCheck
{
    // Generic types that contain ever larger forms of themselves have no end.
    private const int MaxDepth = 64;

    /// <summary>Walks everything that a document type can hold.</summary>
    /// <exception cref="DocumentException">A member can't be stored.</exception>
    public static void Check(ValueCodec root)
    {
        var path = new List<string> { CodecRegistry.NameOf(root.ValueType) };
        if (root is { Kind: not (StorageKind.Document or StorageKind.Opaque), Refusal: null })
        {
            throw Refuse(path, "a document is an object with members.");
        }

        Check(root, path, []);
    }

    private static void Check(ValueCodec codec, List<string> path, HashSet<ValueCodec> visited)
    {
        if (codec.Refusal is { } reason)
        {
            throw Refuse(path, reason);
        }

        if (path.Count > MaxDepth)
        {
            throw Refuse(path[..8], "the type contains larger and larger types without end.");
        }

        if (!visited.Add(codec))
        {
            return;
        }

        foreach (var member in codec.Plan?.Members ?? [])
        {
            path.Add(member.Name);
            Check(member.Codec, path, visited);
            path.RemoveAt(path.Count - 1);
        }

        foreach (var inside in new[] { codec.Key, codec.Element })
        {
            if (inside is not null)
            {
                path[^1] += "[]";
                Check(inside, path, visited);
                path[^1] = path[^1][..^2];
            }
        }
    }

    private static DocumentException Refuse(List<string> path, string reason)
    {
        var member = string.Join('.', path);
        return new DocumentException(member, $"{member}: {reason}");
    }
}

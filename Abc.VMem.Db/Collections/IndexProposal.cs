using System.Linq.Expressions;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>Turns what a program asks for into the definition of an index.</summary>
internal static class IndexProposal
{
    /// <summary>
    /// The paths of a lambda: a member, a list, a Select over nested documents, or several in an anonymous object.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such lambda.</exception>
    public static IReadOnlyList<FieldPath> PathsOf(LambdaExpression lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        return FieldPath.FromExpressionMany(lambda);
    }

    /// <summary>The paths of their texts.</summary>
    /// <exception cref="ArgumentException">One is no path.</exception>
    public static IReadOnlyList<FieldPath> PathsOf(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. paths.Select(FieldPath.Parse)];
    }

    /// <summary>The definition, not placed yet.</summary>
    /// <exception cref="ArgumentException">
    /// A member is missing, of a type that can't be a key, or two parts are multikey.
    /// </exception>
    public static IndexDefinition Make(CollectionBinding binding, IReadOnlyList<FieldPath> paths, IndexOptions options)
    {
        if (paths.Count is 0 or > IndexDefinition.MaxParts)
        {
            throw new ArgumentException($"An index has 1 to {IndexDefinition.MaxParts} paths, not {paths.Count}.");
        }

        IndexPart[] parts = [.. paths.Select(path => MakePart(binding, path))];
        var index = new IndexDefinition
        {
            Name = options.Name ?? NameOf(parts.Select(part => part.Path)),
            Parts = parts,
            IsUnique = options.Unique,
        };
        Catalog.ValidateName(index.Name, "name");
        if (index.Parts.Count(part => part.Path.IsMultikey) > 1)
        {
            throw new ArgumentException(
                $"The index '{index.Name}' has several lists among its paths; at most one can be.");
        }

        return index;
    }

    /// <summary>Whether the index is there already.</summary>
    /// <exception cref="ArgumentException">Another one has its name.</exception>
    /// <exception cref="LimitExceededException">It is not, and there is no room for one more.</exception>
    public static bool IsDefined(CollectionDefinition definition, IndexDefinition index)
    {
        var stored = definition.FindIndex(index.Name);
        if (stored is not null && !stored.HasSameShape(index))
        {
            throw new ArgumentException(
                $"Collection '{definition.Name}' has another index of that name: {stored}, not {index}. "
                + "Drop it first, or give the new one another name.");
        }

        if (stored is null && definition.Indexes.Count >= CatalogEntry.MaxIndexes)
        {
            throw new LimitExceededException(
                "indexes of a collection",
                CatalogEntry.MaxIndexes,
                definition.Indexes.Count + 1,
                "Drop indexes that no query uses.");
        }

        return stored is not null;
    }

    private static string NameOf(IEnumerable<FieldPath> paths) => string.Join('_', paths);

    private static IndexPart MakePart(CollectionBinding binding, FieldPath path)
    {
        var field = FieldReader.Bind(binding.EncodingSchema, binding.DocumentType, path)
            ?? throw new ArgumentException($"{binding.DocumentType.Name} has no stored member {path}.");
        var type = field.EachType;
        try
        {
            var codec = KeyCodecs.IndexPart(IndexPartType.Of(type));
            return CodecNames.FindPart(codec.Name) is not null
                ? new(field.StoredPath, codec)
                : throw new NotSupportedException(
                    $"Its type {type.Name} has more than {CodecNames.MaxTupleMembers} members.");
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException($"{path} can't be indexed. {exception.Message}", exception);
        }
    }
}

namespace Abc.VMem.Db;

/// <summary>A key, or the value of a unique index, is already taken. Nothing was changed.</summary>
public sealed class DuplicateKeyException : VMemDbException
{
    /// <summary>Creates the exception.</summary>
    public DuplicateKeyException(string collection, string? index, object? key)
        : base(FormattableString.Invariant($"Collection '{collection}' already has a document with ")
            + (index is null
                ? FormattableString.Invariant($"the key {key}. Use Upsert to replace it.")
                : FormattableString.Invariant($"{key} in its unique index '{index}'.")))
    {
        (Collection, Index, Key) = (collection, index, key);
    }

    /// <summary>Name of the collection.</summary>
    public string Collection { get; }

    /// <summary>Name of the unique index, or null for the primary key.</summary>
    public string? Index { get; }

    /// <summary>The key that is taken.</summary>
    public object? Key { get; }
}

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// The storage kind of a member with what is inside: the table of a document, the elements of a list, keys and values
/// of a map. Immutable.
/// </summary>
internal sealed class StorageShape
{
    /// <summary>Deepest nesting of lists and maps in one member (a document inside starts again at 0).</summary>
    public const int MaxDepth = 32;

    private StorageShape(StorageKind kind) => Kind = kind;

    /// <summary>The kind.</summary>
    public StorageKind Kind { get; }

    /// <summary>Index of the field table; -1 unless the kind is a document.</summary>
    public int Table { get; private init; } = -1;

    /// <summary>Elements of a list, values of a map.</summary>
    public StorageShape? Element { get; private init; }

    /// <summary>Keys of a map.</summary>
    public StorageShape? Key { get; private init; }

    /// <summary>Name of an opaque layout; compared, never used to create a type.</summary>
    public string? Label { get; private init; }

    /// <summary>
    /// Whether a value of this kind can be longer than a few bytes to step over: such members are placed last.
    /// </summary>
    public bool IsComposite => Kind >= StorageKind.Document;

    /// <summary>A shape without anything inside.</summary>
    public static StorageShape Scalar(StorageKind kind) => new(kind);

    /// <summary>A nested document.</summary>
    public static StorageShape Document(int table) => new(StorageKind.Document) { Table = table };

    /// <summary>A list.</summary>
    public static StorageShape List(StorageShape element) => new(StorageKind.List) { Element = element };

    /// <summary>A dictionary.</summary>
    public static StorageShape Map(StorageShape key, StorageShape value) =>
        new(StorageKind.Map) { Key = key, Element = value };

    /// <summary>A layout that is not ours.</summary>
    public static StorageShape Opaque(string label) => new(StorageKind.Opaque) { Label = label };

    /// <summary>Whether values of a type of the application are stored in this shape.</summary>
    public bool Matches(ValueCodec codec) => Kind == codec.Kind && Kind switch
    {
        StorageKind.List => Element!.Matches(codec.Element!),
        StorageKind.Map => Key!.Matches(codec.Key!) && Element!.Matches(codec.Element!),
        StorageKind.Opaque => Label == codec.Label,
        _ => true,
    };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        StorageKind.Document => FormattableString.Invariant($"Document #{Table}"),
        StorageKind.List => $"List<{Element}>",
        StorageKind.Map => $"Map<{Key}, {Element}>",
        StorageKind.Opaque => $"Opaque({Label})",
        _ => Kind.ToString(),
    };
}

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// One step of a path into a document: a member by name, then perhaps every element of the list it holds.
/// </summary>
/// <param name="Name">Stored name of the member.</param>
/// <param name="IsEach">Whether the path goes on in each element ("Tags[]").</param>
internal readonly record struct PathStep(string Name, bool IsEach);

/// <summary>A path such as "City", "Address.City", "Tags[]" or "Orders[].ProductId". Immutable.</summary>
internal sealed partial class FieldPath : IEquatable<FieldPath>
{
    /// <summary>Most steps of a path.</summary>
    public const int MaxSteps = 64;

    private const string Each = "[]";

    private readonly PathStep[] _steps;
    private readonly string _text;

    private FieldPath(PathStep[] steps)
    {
        _steps = steps;
        _text = string.Join('.', steps.Select(step => step.IsEach ? step.Name + Each : step.Name));
        IsMultikey = Array.Exists(steps, step => step.IsEach);
    }

    /// <summary>The steps, outermost first.</summary>
    public IReadOnlyList<PathStep> Steps => _steps;

    /// <summary>Whether a step goes into each element of a list.</summary>
    public bool IsMultikey { get; }

    /// <summary>Reads a path.</summary>
    /// <exception cref="ArgumentException">The text is no path.</exception>
    public static FieldPath Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return Create([.. text.Split('.').Select(ParseStep)], text);
    }

    /// <summary>The same path with other names.</summary>
    /// <exception cref="ArgumentException">One can't stand in a path.</exception>
    public FieldPath WithNames(IEnumerable<string> names) =>
        Create([.. _steps.Zip(names, (step, name) => step with { Name = name })], _text);

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString() => _text;

    private static PathStep ParseStep(string text) => text.EndsWith(Each, StringComparison.Ordinal)
        ? new PathStep(text[..^Each.Length], true)
        : new PathStep(text, false);

    private static FieldPath Create(PathStep[] steps, string source)
    {
        var isPath = steps.Length is > 0 and <= MaxSteps && Array.TrueForAll(steps, step => IsName(step.Name));
        return isPath ? new FieldPath(steps) : throw new ArgumentException(
            $"\"{source}\" is no path to a member. Paths look like \"City\", \"Address.City\", \"Tags[]\" or "
            + "\"Orders[].ProductId\".");
    }

    private static bool IsName(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAny("[].") < 0 && !char.IsWhiteSpace(name[0])
        && !char.IsWhiteSpace(name[^1]);
}

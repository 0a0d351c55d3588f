namespace Abc.VMem.Db.Tests.Models;

/// <summary>A document of the random operations; the type of its key is what differs between the collections.</summary>
public sealed class ModelDocument<TKey> : IEquatable<ModelDocument<TKey>>
{
    public TKey Id { get; set; } = default!;

    public int Number { get; set; }

    public string? Group { get; set; }

    public int? Code { get; set; }

    public List<string> Tags { get; set; } = [];

    public string Label { get; set; } = "";

    public string Text { get; set; } = "";

    public bool Equals(ModelDocument<TKey>? other) =>
        other is not null
        && EqualityComparer<TKey>.Default.Equals(Id, other.Id)
        && (Number, Group, Code, Label, Text) == (other.Number, other.Group, other.Code, other.Label, other.Text)
        && Tags.SequenceEqual(other.Tags);

    public override bool Equals(object? obj) => Equals(obj as ModelDocument<TKey>);

    public override int GetHashCode() => HashCode.Combine(Id, Number, Code, Text);

    public override string ToString() =>
        FormattableString.Invariant($"{Show(Id)}: {Number} {Group} {Code} [{string.Join(' ', Tags)}] ")
        + FormattableString.Invariant($"{Label.Length} {Text.Length} characters from '{Start(Text)}'");

    private static string Show(object? key) => key is string text ? $"{Start(text)}..{text[^2..]}" : $"{key}";

    private static string Start(string text) => text[..Math.Min(8, text.Length)];
}

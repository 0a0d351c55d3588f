using System.Text;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>What the operations on the string have in common.</summary>
internal static class StringOperations
{
    public const string Name = "string";

    /// <summary>Source text of the string at a place.</summary>
    public static string In(string place) => $"{place}.GetString(\"{Name}\")";

    /// <summary>Compares the whole text.</summary>
    public static Comparison Whole(Place place, ModelState state) =>
        new(
            () => place.StringView(Name).ToString() == state.String(0) ? null : "The string is another.",
            () => FormattableString.Invariant(
                $"Assert.Equal({state.String(0).Length}, {In(place.Name)}.ToString().Length);"));

    /// <summary>Bytes of the first characters.</summary>
    public static int Bytes(string text, int characters) => Encoding.UTF8.GetByteCount(text.AsSpan(0, characters));
}

/// <summary>Replaces a part of the string: none, to insert; by nothing, to remove; at the end, to append.</summary>
internal sealed record ReplaceText(int At, int Removed, int Length, int Seed) : Operation
{
    public override void Run(ModelRun run)
    {
        var text = run.State.String(0);
        var from = At < 0 ? text.Length : At % (text.Length + 1);
        var count = Math.Min(Removed, text.Length - from);
        var (offset, bytes) = (
            StringOperations.Bytes(text, from),
            StringOperations.Bytes(text, from + count) - StringOperations.Bytes(text, from));
        var added = ModelData.Text(Length, Seed);
        var after = string.Concat(text.AsSpan(0, from), added, text.AsSpan(from + count));
        var isNothing = count == 0 && Length == 0;
        run.Change(
            isNothing ? run.State : run.State.WithString(0, after),
            place =>
            {
                var target = place.String(StringOperations.Name);
                if (At < 0)
                {
                    target.Append(added);
                }
                else if (count == 0)
                {
                    target.Insert(offset, added);
                }
                else if (Length == 0)
                {
                    target.Remove(offset, bytes);
                }
                else
                {
                    target.Replace(offset, bytes, added);
                }

                return null;
            },
            place => FormattableString.Invariant((At < 0, count, Length) switch
            {
                (true, _, _) => $"{StringOperations.In(place)}.Append(Text({Length}, {Seed}));",
                (_, 0, _) => $"{StringOperations.In(place)}.Insert({offset}, Text({Length}, {Seed}));",
                (_, _, 0) => $"{StringOperations.In(place)}.Remove({offset}, {bytes});",
                _ => (FormattableString)
                    $"{StringOperations.In(place)}.Replace({offset}, {bytes}, Text({Length}, {Seed}));",
            }));
    }

    public override IEnumerable<Operation> Smaller() =>
        Below(Length).Select(length => this with { Length = length })
            .Concat(Below(Removed).Select(removed => this with { Removed = removed }));
}

internal sealed record DropString : Operation
{
    public override void Run(ModelRun run)
    {
        var isThere = run.State.Strings[0] is not null;
        run.Change(
            run.State.WithString(0, null),
            place => Differences.Of(isThere, place.Drop("String", StringOperations.Name)),
            place => $"Assert.{(isThere ? "True" : "False")}({place}.DropString(\"{StringOperations.Name}\"));");
    }
}

/// <summary>Reads a part of the string.</summary>
internal sealed record ReadText(int At, int Length, int Where) : Operation
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) =>
            {
                var (offset, bytes, expected) = Part(state.String(0));
                return place.StringView(StringOperations.Name).Substring(offset, bytes) == expected
                    ? null
                    : FormattableString.Invariant($"Other text at bytes {offset} to {offset + bytes}.");
            },
            (place, state) =>
            {
                var (offset, bytes, expected) = Part(state.String(0));
                var literal = Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(expected, quote: true);
                return FormattableString.Invariant(
                    $"Assert.Equal({literal}, {StringOperations.In(place)}.Substring({offset}, {bytes}));");
            });

    private (int Offset, int Bytes, string Expected) Part(string text)
    {
        var from = At % (text.Length + 1);
        var expected = text.Substring(from, Math.Min(Length, text.Length - from));
        return (StringOperations.Bytes(text, from), Encoding.UTF8.GetByteCount(expected), expected);
    }
}

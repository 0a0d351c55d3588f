using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>What a condition asks for.</summary>
internal enum ConditionKind
{
    NumberIs,
    NumberBetween,
    GroupIs,
    GroupAndNumber,
    HasTag,
    CodeIs,
    CodeBelow,
    LabelIs,
}

/// <summary>A condition on documents, as data: for the database, for the model, and in C#.</summary>
internal readonly record struct Condition(ConditionKind Kind, int A, int B)
{
    private int Tag => A % 5;

    private int GroupNumber => (A % 5) - 1;

    /// <summary>As an expression.</summary>
    public Expression<Func<ModelDocument<TKey>, bool>> Predicate<TKey>()
    {
        var (a, b) = (A, B);
        var text = Kind switch
        {
            ConditionKind.HasTag => ModelData.Tag(Tag),
            ConditionKind.LabelIs => ModelData.Label(A),
            _ => ModelData.Group(GroupNumber),
        };
        return Kind switch
        {
            ConditionKind.NumberIs => d => d.Number == a,
            ConditionKind.NumberBetween => d => d.Number >= a && d.Number < b,
            ConditionKind.GroupIs => d => d.Group == text,
            ConditionKind.GroupAndNumber => d => d.Group == text && d.Number > b,
            ConditionKind.HasTag => d => d.Tags.Contains(text!),
            ConditionKind.CodeIs => d => d.Code == a,
            ConditionKind.CodeBelow => d => d.Code < b,
            _ => d => d.Label == text,
        };
    }

    /// <summary>Whether a row satisfies it.</summary>
    public bool Holds(Row row) => Kind switch
    {
        ConditionKind.NumberIs => row.Number == A,
        ConditionKind.NumberBetween => row.Number >= A && row.Number < B,
        ConditionKind.GroupIs => Math.Max(row.Group, -1) == GroupNumber,
        ConditionKind.GroupAndNumber => Math.Max(row.Group, -1) == GroupNumber && row.Number > B,
        ConditionKind.HasTag => (row.Tags >> Tag & 1) != 0 || (Tag == 0 && row.Tags >> 5 != 0),
        ConditionKind.CodeIs => row.Code == A && A >= 0,
        ConditionKind.CodeBelow => row.Code >= 0 && row.Code < B,
        _ => ModelData.Label(row.Number) == ModelData.Label(A),
    };

    /// <summary>As a lambda in C#.</summary>
    public string Print() => FormattableString.Invariant(Kind switch
    {
        ConditionKind.NumberIs => $"d => d.Number == {A}",
        ConditionKind.NumberBetween => $"d => d.Number >= {A} && d.Number < {B}",
        ConditionKind.GroupIs => $"d => d.Group == Group({GroupNumber})",
        ConditionKind.GroupAndNumber => $"d => d.Group == Group({GroupNumber}) && d.Number > {B}",
        ConditionKind.HasTag => $"d => d.Tags.Contains(Tag({Tag}))",
        ConditionKind.CodeIs => $"d => d.Code == {A}",
        ConditionKind.CodeBelow => $"d => d.Code < {B}",
        _ => (FormattableString)$"d => d.Label == Label({A})",
    });
}

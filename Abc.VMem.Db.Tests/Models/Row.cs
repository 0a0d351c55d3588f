namespace Abc.VMem.Db.Tests.Models;

/// <summary>What a document holds besides its key; see <see cref="ModelData.Doc"/>.</summary>
internal readonly record struct Row(int Number, int Group, int Code, int Tags, int Length, int Seed)
{
    /// <summary>Whether a document holds this.</summary>
    public bool Is<TKey>(ModelDocument<TKey> document) =>
        document.Number == Number
        && document.Code == (Code < 0 ? null : Code)
        && document.Group == ModelData.Group(Group)
        && ModelData.IsText(document.Text, Length, Seed)
        && ModelData.IsTags(document.Tags, Tags)
        && document.Label == ModelData.Label(Number);

    /// <summary>The arguments of <see cref="ModelData.Doc"/> after the key.</summary>
    public string Print() => FormattableString.Invariant($"{Number}, {Group}, {Code}, {Tags}, {Length}, {Seed}");

    /// <summary>The same row for the i-th document of many: other number, code and text.</summary>
    public Row At(int i) => i == 0
        ? this
        : this with
        {
            Number = (Number + (i * 7)) % 200,
            Code = Code < 0 ? Code : Code + i,
            Tags = (Tags + i) % 64,
            Seed = Seed + i,
        };
}

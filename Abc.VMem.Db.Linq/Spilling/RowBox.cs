namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>A document that holds one row of any type, so that rows are put aside as documents are stored.</summary>
internal sealed class RowBox<T>
{
    /// <summary>The row.</summary>
    public T Value { get; set; } = default!;
}

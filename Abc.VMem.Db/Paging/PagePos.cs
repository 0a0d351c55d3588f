using System.Globalization;

namespace Abc.VMem.Db.Paging;

/// <summary>Position of a page in its pool: the page's byte offset divided by 4096. It never changes.</summary>
/// <param name="Value">0 for the root page, 1 for the start page, -1 (all ones) for nil.</param>
public readonly record struct PagePos(long Value) : IComparable<PagePos>
{
    /// <summary>No page.</summary>
    public static PagePos Nil => new(-1);

    /// <summary>The pool's own page.</summary>
    public static PagePos Root => new(0);

    /// <summary>The page where a program, or the catalog, starts.</summary>
    public static PagePos Start => new(1);

    /// <summary>Whether this is no page.</summary>
    public bool IsNil => Value == -1;

    /// <inheritdoc/>
    public int CompareTo(PagePos other) => Value.CompareTo(other.Value);

    /// <summary>The number, or "nil".</summary>
    public override string ToString() => IsNil ? "nil" : Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Order of positions in the file.</summary>
    public static bool operator <(PagePos left, PagePos right) => left.Value < right.Value;

    /// <summary>Order of positions in the file.</summary>
    public static bool operator >(PagePos left, PagePos right) => left.Value > right.Value;

    /// <summary>Order of positions in the file.</summary>
    public static bool operator <=(PagePos left, PagePos right) => left.Value <= right.Value;

    /// <summary>Order of positions in the file.</summary>
    public static bool operator >=(PagePos left, PagePos right) => left.Value >= right.Value;
}

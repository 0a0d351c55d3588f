using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Something that pages belong to: a structure, or a purpose such as the free list.</summary>
internal sealed class PageOwner(int number, string? name, StateKind kind, PageAddress state)
{
    /// <summary>Its number among the owners, from 1.</summary>
    public int Number => number;

    /// <summary>What it is called, such as "root page" or "collection 'people'"; null when only its place names
    /// it.</summary>
    public string? Name => name;

    /// <summary>Which structure it is; none for a purpose.</summary>
    public StateKind Kind => kind;

    /// <summary>Where its state is; only of a structure.</summary>
    public PageAddress State => state;

    /// <summary>Pages that belong to it.</summary>
    public long Pages { get; set; }

    /// <summary>Items, entries or, for opaque pages, 0.</summary>
    public long Items { get; set; }

    /// <summary>Bytes of an item; 0 when its items have no fixed size.</summary>
    public int ItemBytes { get; set; }

    /// <summary>
    /// The structure whose pages its state leads to, when that state is only a copy of that structure's; else null.
    /// </summary>
    public PageOwner? CopyOf { get; set; }

    /// <summary>Whether it holds items of a fixed size in pages of type Items.</summary>
    public bool HasItems => kind is StateKind.Container or StateKind.List or StateKind.Stack or StateKind.Text;

    /// <summary>The kind in words, as "list".</summary>
    public string KindText => kind switch
    {
        StateKind.LinkedPages => "list of pages",
        StateKind.Container => "container",
        StateKind.List => "list",
        StateKind.Stack => "stack",
        StateKind.Text => "string",
        StateKind.Map => "map",
        _ => name ?? "pages",
    };
}

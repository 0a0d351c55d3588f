using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Remembers the leads, as they were, of the pages that one insertion or removal touches.</summary>
internal sealed class LeadTrace
{
    /// <summary>Pages that one change touches, at most: the item's, and both neighbours that are merged.</summary>
    private const int MaxPages = 3;

    private readonly Entry[] _entries = new Entry[MaxPages];
    private readonly int _itemBytes;
    private int _count;

    /// <summary>Prepares to remember.</summary>
    public LeadTrace(int itemBytes) => _itemBytes = itemBytes;

    /// <summary>The pages touched so far, in the order in which they were.</summary>
    public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, _count);

    /// <summary>A page is about to change.</summary>
    public void Touch(PagePos page, ReadOnlySpan<byte> payload)
    {
        if (Find(page) < 0)
        {
            Remember(new Entry { Page = page, OldItem = payload[.._itemBytes].ToArray() });
        }
    }

    /// <summary>A page was added.</summary>
    public void Add(PagePos page)
    {
        Debug.Assert(Find(page) < 0);
        Remember(new Entry { Page = page });
    }

    /// <summary>A page is about to go.</summary>
    public void Remove(PagePos page, ReadOnlySpan<byte> payload)
    {
        Touch(page, payload);
        _entries[Find(page)].IsGone = true;
    }

    private int Find(PagePos page)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].Page == page)
            {
                return i;
            }
        }

        return -1;
    }

    private void Remember(Entry entry) => _entries[_count++] = entry;

    /// <summary>One page.</summary>
    internal struct Entry
    {
        /// <summary>The page.</summary>
        public PagePos Page;

        /// <summary>Its first item before; null when the page is new.</summary>
        public byte[]? OldItem;

        /// <summary>Whether it has been freed.</summary>
        public bool IsGone;
    }
}

using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>Changes a program makes in one scope, to the model and then to its structures.</summary>
internal sealed class PoolBatch(PageScope scope, PoolModel model, Action<PoolModel>? changing = null)
{
    /// <summary>What the structures hold after the changes so far, that which is about to be made included.</summary>
    public PoolModel Model
    {
        get;
        private set
        {
            field = value;
            changing?.Invoke(value);
        }
    } = model;

    private VMemList<CrashItem> Items => new(scope, PoolContent.Items);

    private VMemList<CrashItem> Others => new(scope, PoolContent.Others);

    private PageContainer<CrashItem> Container =>
        new(scope, PoolContent.Contained, PageBalance.Begin | PageBalance.End, PageBalance.Inner);

    private VMemStack<CrashItem> Stack => new(scope, PoolContent.Stack);

    private LinkedPages Pages => new(scope, PoolContent.Pages);

    private VMemList<CrashInnerList> Lists => new(scope, PoolContent.Lists);

    private VMemMap<int, int> Map => new(scope, PoolContent.Map);

    private VMemString Text => new(scope, PoolContent.Text);

    /// <summary>Appends one item.</summary>
    public void Add(int number)
    {
        Model = Model with { Items = Model.Items.Add(number) };
        Items.Add(new(number));
    }

    /// <summary>Appends consecutive numbers.</summary>
    public void AddRange(int first, int count)
    {
        Model = Model with { Items = Model.Items.AddRange(Enumerable.Range(first, count)) };
        Items.AddRange(Make(first, count));
    }

    /// <summary>Inserts one item before that with an index.</summary>
    public void Insert(int index, int number)
    {
        var list = Items;
        Model = Model with { Items = Model.Items.Insert(index, number) };
        list.Insert(list.PositionAt(index), new(number));
    }

    /// <summary>Removes one item.</summary>
    public void RemoveAt(int index)
    {
        var list = Items;
        Model = Model with { Items = Model.Items.RemoveAt(index) };
        list.RemoveAt(list.PositionAt(index));
    }

    /// <summary>Removes items.</summary>
    public void RemoveRange(int index, int count)
    {
        var list = Items;
        var end = index + count == list.Count ? ItemPosition.End : list.PositionAt(index + count);
        Model = Model with { Items = Model.Items.RemoveRange(index, count) };
        list.RemoveRange(list.PositionAt(index), end);
    }

    /// <summary>Removes all items.</summary>
    public void Clear()
    {
        Model = Model with { Items = [] };
        Items.Clear();
    }

    /// <summary>Appends consecutive numbers to the other list.</summary>
    public void AddOthers(int first, int count)
    {
        Model = Model with { Others = Model.Others.AddRange(Enumerable.Range(first, count)) };
        Others.AddRange(Make(first, count));
    }

    /// <summary>Moves the other list's items before that with an index.</summary>
    public void Splice(int index)
    {
        var list = Items;
        var at = index == list.Count ? ItemPosition.End : list.PositionAt(index);
        Model = Model with { Items = Model.Items.InsertRange(index, Model.Others), Others = [] };
        list.Splice(at, Others);
    }

    /// <summary>Inserts an item into the container, before that with an index.</summary>
    public void Contain(int index, int number)
    {
        var container = Container;
        var at = index == container.Count ? ItemPosition.End : container.PositionAt(index);
        Model = Model with { Contained = Model.Contained.Insert(index, number) };
        container.Insert(at, new(number));
    }

    /// <summary>Removes an item of the container.</summary>
    public void RemoveContained(int index)
    {
        var container = Container;
        var at = container.PositionAt(index);
        Model = Model with { Contained = Model.Contained.RemoveAt(index) };
        container.RemoveAt(at);
    }

    /// <summary>Replaces an item of the container.</summary>
    public void ReplaceContained(int index, int number)
    {
        var container = Container;
        var at = container.PositionAt(index);
        Model = Model with { Contained = Model.Contained.SetItem(index, number) };
        container.Replace(at, new(number));
    }

    /// <summary>Pushes one item.</summary>
    public void Push(int number)
    {
        Model = Model with { Stack = Model.Stack.Insert(0, number) };
        Stack.Push(new(number));
    }

    /// <summary>Pops some items.</summary>
    public void Pop(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var top = Model.Stack[0];
            Model = Model with { Stack = Model.Stack.RemoveAt(0) };
            Assert.Equal(top, Stack.Pop().Verified());
        }
    }

    /// <summary>Appends text.</summary>
    public void Append(string text)
    {
        Model = Model with { Text = Model.Text + text };
        Text.Append(text);
    }

    /// <summary>Inserts text before a character.</summary>
    public void InsertText(int index, string text)
    {
        var at = BytesBefore(index);
        Model = Model with { Text = Model.Text.Insert(index, text) };
        Text.Insert(at, text);
    }

    /// <summary>Removes characters.</summary>
    public void RemoveText(int index, int count)
    {
        var (from, to) = (BytesBefore(index), BytesBefore(index + count));
        Model = Model with { Text = Model.Text.Remove(index, count) };
        Text.Remove(from, to - from);
    }

    /// <summary>Puts entries with consecutive keys.</summary>
    public void Put(int first, int count, int value)
    {
        var map = Map;
        for (var key = first; key < first + count; key++)
        {
            Model = Model with { Map = Model.Map.SetItem(key, value) };
            map[key] = value;
        }
    }

    /// <summary>Removes entries.</summary>
    public void RemoveKeys(int first, int count)
    {
        var map = Map;
        for (var key = first; key < first + count; key++)
        {
            var wasThere = Model.Map.ContainsKey(key);
            Model = Model with { Map = Model.Map.Remove(key) };
            Assert.Equal(wasThere, map.Remove(key));
        }
    }

    /// <summary>Adds a linked page, at the front or at the back. In a transaction only.</summary>
    public void AddPage(int number, bool atFront = false)
    {
        var pages = Pages;
        var page = atFront ? pages.AddFirst() : pages.AddLast();
        Write(page, number);
        Model = Model with { Pages = Model.Pages.Insert(atFront ? 0 : Model.Pages.Count, number) };
    }

    /// <summary>Adds linked pages to the other list of them. In a transaction only.</summary>
    public void AddOtherPages(int first, int count)
    {
        var pages = new LinkedPages(scope, PoolContent.OtherPages);
        for (var number = first; number < first + count; number++)
        {
            Write(pages.AddLast(), number);
            Model = Model with { OtherPages = Model.OtherPages.Add(number) };
        }
    }

    /// <summary>Removes a linked page.</summary>
    public void RemovePage(int index)
    {
        var pages = Pages;
        Model = Model with { Pages = Model.Pages.RemoveAt(index) };
        pages.Remove(pages.ElementAt(index));
    }

    /// <summary>Moves the other linked pages before that with an index.</summary>
    public void SplicePages(int index)
    {
        var pages = Pages;
        var before = index == pages.Count ? PagePos.Nil : pages.ElementAt(index);
        Model = Model with { Pages = Model.Pages.InsertRange(index, Model.OtherPages), OtherPages = [] };
        pages.Splice(before, new LinkedPages(scope, PoolContent.OtherPages));
    }

    /// <summary>Frees all linked pages.</summary>
    public void ClearPages()
    {
        Model = Model with { Pages = [] };
        Pages.Clear();
    }

    /// <summary>Adds a list to the list of lists, empty.</summary>
    public void AddList()
    {
        Model = Model with { Lists = Model.Lists.Add([]) };
        Lists.Add(default);
    }

    /// <summary>Appends consecutive numbers to one of the lists.</summary>
    public void AddToList(int index, int first, int count)
    {
        var list = Model.Lists[index].AddRange(Enumerable.Range(first, count));
        Model = Model with { Lists = Model.Lists.SetItem(index, list) };
        Inner(index).AddRange(Make(first, count));
    }

    /// <summary>Removes one of the lists. In a transaction only: its items go first.</summary>
    public void RemoveList(int index)
    {
        Inner(index).Clear();
        var lists = Lists;
        lists.RemoveAt(lists.PositionAt(index));
        Model = Model with { Lists = Model.Lists.RemoveAt(index) };
    }

    private static CrashItem[] Make(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => new CrashItem(number))];

    private int BytesBefore(int index) => Encoding.UTF8.GetByteCount(Model.Text.AsSpan(0, index));

    private VMemList<CrashItem> Inner(int index)
    {
        var lists = Lists;
        return new(scope, lists.AddressOf(lists.PositionAt(index), CrashInnerList.StateOffset));
    }

    private void Write(PagePos page, int number)
    {
        using var pointer = ((PoolTransaction)scope).Write(page);
        pointer.Write<int>() = number;
    }
}

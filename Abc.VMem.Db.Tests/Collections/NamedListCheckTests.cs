using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>What a check promises of named lists, broken once each.</summary>
public sealed class NamedListCheckTests
{
    private readonly MemoryFileSystem _files = new();

    public NamedListCheckTests()
    {
        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        db.GetList<long>("numbers").AddRange(new long[2_000]);
        db.GetStack<int>("stack").Push(1);
        db.GetString("text").Append("text");
        Assert.Equal(2_005, db.Check().ListItems);
    }

    [Fact]
    public void Check_CountWrong_IsFound() =>
        AssertFound(CatalogKind.List, "numbers", static (ref state) => state.ItemCount--, "list 'numbers'");

    [Fact]
    public void Check_KindOfAnother_IsFound() =>
        AssertFound(CatalogKind.Stack, "stack", static (ref state) => state.Kind = StateKind.List);

    [Fact]
    public void Check_ItemSizeOfAnother_IsFound() =>
        AssertFound(CatalogKind.Stack, "stack", static (ref state) => state.ItemBytes = 2, "stack 'stack'");

    [Fact]
    public void Check_PageOfAnother_IsFound()
    {
        var numbers = default(ChainState);
        Change(CatalogKind.List, "numbers", (ref state) => numbers = state);
        AssertFound(
            CatalogKind.String,
            "text",
            (ref state) => (state.Front, state.Back) = (numbers.Front, numbers.Front));
    }

    [Fact]
    public void Check_StateOfNothing_IsFound() =>
        AssertFound(CatalogKind.String, "text", static (ref state) => state = default, "free list");

    [Fact]
    public void Check_ItemsForgotten_IsFoundAsLeak()
    {
        // An inner structure that was not cleared before its item went.
        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        var rows = db.GetList<VMemState>("rows");
        rows.Add(default);
        new VMemString(rows.Scope, rows.AddressOf(rows.FirstPosition)).Append("inner");
        db.Check();
        rows.Clear();
        Assert.Equal("free list", Assert.Throws<CorruptDatabaseException>(() => db.Check()).Structure);
    }

    [Fact]
    public void Decode_DefinitionMutated_IsRightOrATypedException()
    {
        var definition = new ListDefinition(CatalogKind.List, "numbers", 8, new(PagePos.Start, 128));
        var encoded = CatalogEntry.Encode(definition, 7);
        Assert.Equal(definition, CatalogEntry.Decode(CatalogKind.List, "numbers", encoded));
        Assert.Throws<CorruptDatabaseException>(() => CatalogEntry.Decode(CatalogKind.String, "numbers", encoded));
        for (var at = 0; at < encoded.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                byte[] bytes = [.. encoded];
                bytes[at] = (byte)value;
                try
                {
                    var list = (ListDefinition)CatalogEntry.Decode(CatalogKind.List, "numbers", bytes);
                    Assert.InRange(list.ItemBytes, 1, 4048);
                    Assert.True(StateSlots.IsSlot(list.State));
                }
                catch (CorruptDatabaseException)
                {
                }
            }
        }
    }

    private delegate void StateChange(ref ChainState state);

    private void AssertFound(CatalogKind kind, string name, StateChange damage, string? structure = null)
    {
        Change(kind, name, damage);
        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        var error = Assert.Throws<CorruptDatabaseException>(() => db.Check());
        if (structure is not null)
        {
            Assert.StartsWith(structure, error.Structure, StringComparison.Ordinal);
        }
    }

    private void Change(CatalogKind kind, string name, StateChange change)
    {
        using var engine = Engine.Open(_files, "p", new EngineOptions());
        using var transaction = engine.BeginTransaction();
        var address = new Catalog().FindNamed(transaction, kind, name)!.State;
        using (var page = transaction.Write(address.Page))
        {
            change(ref Layout.At<ChainState>(page.Bytes, address.Offset));
        }

        transaction.Commit();
    }
}

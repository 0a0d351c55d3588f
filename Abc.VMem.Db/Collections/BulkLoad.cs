using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Inserts more documents than fit in memory: documents and the entries of each index are collected, sorted where they
/// have to be, and put into their maps in order. Keys and unique values that are taken are found on the way: what fails
/// leaves changes behind.
/// </summary>
internal sealed class BulkLoad : IDisposable
{
    // Less than a few pages makes runs of a page or two.
    private const long MinShareBytes = 16 << 10;

    private readonly PageWriter _pages;
    private readonly CollectionDefinition _definition;
    private readonly WorkGrant _work;
    private readonly TemporarySpace _space;
    private readonly MapLoad _documents;
    private readonly EntryLoad[] _entries;

    /// <summary>Starts on a collection that is stored.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="context">Gives temporary pages, and says how much memory may be used.</param>
    /// <param name="binding">The collection.</param>
    /// <param name="definition">Its stored definition.</param>
    /// <param name="watch">Is told what was found and written.</param>
    public BulkLoad(
        PageWriter pages,
        DatabaseContext context,
        CollectionBinding binding,
        CollectionDefinition definition,
        LoadWatch watch)
    {
        (_pages, _definition) = (pages, definition);
        _work = context.Work.Take();
        _space = new TemporarySpace(context.Scope);

        // A quarter is for the batch that is being encoded; of the rest the documents get half.
        var budget = _work.Bytes;
        var indexes = definition.Indexes.Count;
        var documents = new RunSorter(() => _space.Pages, Share(budget, indexes == 0 ? 1 : 2), budget);
        _documents = new MapLoad(
            pages,
            definition.Documents,
            documents,
            LoadRule.Refuse,
            key => CollectionStore.Duplicate(binding, key),
            watch);
        _entries = [.. definition.Indexes.Select(index => new EntryLoad(
            index, new RunSorter(() => _space.Pages, Share(budget, 2 * indexes), budget), watch))];
    }

    /// <summary>Share of a statement's memory that the batch being encoded may take.</summary>
    public static long BatchBytes(long budgetBytes) => Math.Max(budgetBytes / 4, MinShareBytes);

    /// <summary>Takes encoded documents, in any order.</summary>
    public void Add(WriteBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            _documents.Add(batch.KeyOf(row), batch.ValueOf(row));
        }

        for (var i = 0; i < _entries.Length; i++)
        {
            _entries[i].Add(batch.EntriesOf(i));
        }
    }

    /// <summary>Puts everything in its place.</summary>
    /// <exception cref="DuplicateKeyException">A key, or a value of a unique index, is taken.</exception>
    public void Complete()
    {
        Array.ForEach(_entries, entries => entries.Settle());
        _documents.Complete();
        for (var i = 0; i < _entries.Length; i++)
        {
            _entries[i].Store(_pages, _definition.Indexes[i].State, _definition.Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _space.Dispose();
        _work.Dispose();
    }

    private static long Share(long budgetBytes, int parts) => Math.Max(budgetBytes / 4 * 3 / parts, MinShareBytes);
}

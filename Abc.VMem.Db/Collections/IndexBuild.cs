using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Adds an index over the documents that are there: read all, sort the entries in bounded memory, append them to a new
/// map, all in the given transaction.
/// </summary>
internal sealed class IndexBuild
{
    private readonly PageWriter _pages;
    private readonly DatabaseContext _context;
    private readonly CollectionBinding _binding;
    private readonly IndexDefinition _index;
    private readonly LoadWatch _watch;
    private readonly EntryLoad _entries;

    private IndexBuild(
        PageWriter pages,
        DatabaseContext context,
        CollectionBinding binding,
        IndexDefinition index,
        TemporarySpace space,
        long budgetBytes,
        LoadWatch watch)
    {
        (_pages, _context, _binding, _index, _watch) = (pages, context, binding, index, watch);
        var sorter = new RunSorter(() => space.Pages, budgetBytes, budgetBytes);
        _entries = new EntryLoad(index, sorter, watch);
    }

    /// <summary>Builds and defines the index.</summary>
    /// <exception cref="DuplicateKeyException">The index is unique, and two documents share a value.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run(
        PageWriter pages,
        DatabaseContext context,
        CollectionBinding binding,
        IndexDefinition index,
        IProgress<IndexProgress>? progress,
        CancellationToken cancellationToken)
    {
        var documents = binding.IsStored ? BTree.Count(pages, binding.Definition.Documents) : 0;
        var watch = new LoadWatch(
            progress is null
                ? null
                : load => progress.Report(new(load.ItemsRead, documents, load.EntriesWritten, load.Entries)),
            cancellationToken);
        using var work = context.Work.Take();
        using var space = new TemporarySpace(context.Scope);
        var build = new IndexBuild(pages, context, binding, index, space, work.Bytes, watch);
        if (documents > 0)
        {
            build.ReadDocuments();
        }

        WholeChange.Run(context.Scope, pages, build.Write);
    }

    private void ReadDocuments()
    {
        var extractor = EntryExtractor.Bind(_index, _binding.EncodingSchema, _binding.DocumentType);
        var document = new ValueBuffer();
        var entries = new EntrySet();
        using var scan = new MapScan(_pages, _binding.Definition.Documents, null, null, descending: false);
        while (scan.MoveNext())
        {
            _watch.Read();
            DocumentEnvelope.Read(scan.Value, document);
            entries.Restart();
            extractor.Extract(document.Span, scan.Key, entries);
            _entries.Add(entries);
        }
    }

    private void Write()
    {
        var stored = CollectionStore.EnsureStored(_pages, _context.Catalog, _binding);
        var definition = _context.Catalog.AddIndex(_pages, stored, _index);
        _entries.Store(_pages, definition.FindIndex(_index.Name)!.State, definition.Name);
        _watch.Report();
    }
}

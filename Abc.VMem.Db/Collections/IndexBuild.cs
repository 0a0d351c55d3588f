using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Adds an index over the documents that are there: read all, sort the entries in bounded memory, append them to a new
/// map, all in the given transaction. A value that is taken, and a cancellation before the first entry is written,
/// change nothing.
/// </summary>
internal sealed class IndexBuild
{
    private const int ReportEvery = 1024;

    private readonly PageWriter _pages;
    private readonly DatabaseContext _context;
    private readonly CollectionBinding _binding;
    private readonly IndexDefinition _index;
    private readonly IProgress<IndexProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly EntrySorter _sorter;
    private readonly long _documents;
    private long _documentsRead;

    private IndexBuild(
        PageWriter pages,
        DatabaseContext context,
        CollectionBinding binding,
        IndexDefinition index,
        IProgress<IndexProgress>? progress,
        CancellationToken cancellationToken)
    {
        (_pages, _context, _binding, _index) = (pages, context, binding, index);
        (_progress, _cancellationToken) = (progress, cancellationToken);
        _sorter = new EntrySorter(pages, context.BudgetBytes);
        _documents = binding.IsStored ? BTree.Count(pages, binding.Definition.Documents) : 0;
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
        var build = new IndexBuild(pages, context, binding, index, progress, cancellationToken);
        build.Collect();
        build.Write();
    }

    private void Collect()
    {
        try
        {
            ReadDocuments();
            if (_index.IsUnique)
            {
                _sorter.Visit(new UniqueSink(_binding.Definition.Name, _index));
            }
        }
        catch (Exception exception) when (_sorter.IsSpilled)
        {
            GiveBack(exception);
            throw;
        }
    }

    private void ReadDocuments()
    {
        if (_documents == 0)
        {
            return;
        }

        var extractor = EntryExtractor.Bind(_index, _binding.EncodingSchema, _binding.DocumentType);
        var document = new ValueBuffer();
        using var scan = new MapScan(_pages, _binding.Definition.Documents, null, null, descending: false);
        while (scan.MoveNext())
        {
            if (_documentsRead++ % ReportEvery == 0)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                Report(0);
            }

            DocumentEnvelope.Read(scan.Value, document);
            _sorter.Added(extractor.Extract(document.Span, scan.Key, _sorter.Entries));
        }
    }

    // Temporary pages go back one way or the other; what leaves the transaction as it was does not doom it.
    private void GiveBack(Exception exception)
    {
        if (exception is not (DuplicateKeyException or OperationCanceledException or LimitExceededException))
        {
            _pages.Doom(exception);
            return;
        }

        try
        {
            _sorter.Abandon();
        }
        catch (Exception failure)
        {
            _pages.Doom(failure);
            throw;
        }
    }

    private void Write()
    {
        try
        {
            var stored = CollectionStore.EnsureStored(_pages, _context.Catalog, _binding);
            var definition = _context.Catalog.AddIndex(_pages, stored, _index);
            if (_sorter.Count > 0)
            {
                var builder = new MapBuilder(_pages, definition.FindIndex(_index.Name)!.State);
                _sorter.Drain(new BuilderSink(builder, OnWritten));
                builder.Complete();
            }

            Report(_sorter.Count);
        }
        catch (Exception exception)
        {
            _pages.Doom(exception);
            throw;
        }
    }

    private void OnWritten(long count)
    {
        if (count % ReportEvery == 0)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Report(count);
        }
    }

    private void Report(long written) =>
        _progress?.Report(new(Math.Min(_documentsRead, _documents), _documents, written, _sorter.Count));
}

using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>The documents that a query is about, in its order.</summary>
internal abstract class MatchStream<T> : IDisposable
{
    /// <summary>Encoded primary key of the match; valid until the next move.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>The document of the match, after <see cref="TryLoad"/>.</summary>
    public abstract DocumentView<T> Document { get; }

    /// <summary>Moves to the next match; false at the end.</summary>
    public abstract bool MoveNext();

    /// <summary>Loads the match's document; false when it is gone.</summary>
    public abstract bool TryLoad();

    /// <summary>Ends the walk.</summary>
    public void Dispose() => Close();

    /// <summary>Ends the walk.</summary>
    protected virtual void Close()
    {
    }
}

/// <summary>No documents.</summary>
internal sealed class NoMatches<T> : MatchStream<T>
{
    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => default;

    /// <inheritdoc/>
    public override DocumentView<T> Document => throw new InvalidOperationException("There is no document.");

    /// <inheritdoc/>
    public override bool MoveNext() => false;

    /// <inheritdoc/>
    public override bool TryLoad() => false;
}

/// <summary>The candidates that pass the filter, loaded only where the filter or the caller needs them.</summary>
internal sealed class FilteredMatches<T>(DocumentCursor cursor, DocumentFilter<T> filter, DocumentView<T> view)
    : MatchStream<T>
{
    private readonly bool _mustLoad = cursor.MustLoad || !filter.IsEmpty;
    private bool _isLoaded;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => cursor.Key;

    /// <inheritdoc/>
    public override DocumentView<T> Document => view;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        while (cursor.MoveNext())
        {
            _isLoaded = false;
            if (!_mustLoad || (TryLoad() && filter.Passes(view)))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool TryLoad()
    {
        if (!_isLoaded && cursor.TryLoad(out var document))
        {
            view.Show(document);
            _isLoaded = true;
        }

        return _isLoaded;
    }

    /// <inheritdoc/>
    protected override void Close() => cursor.Dispose();
}

/// <summary>Documents that were sorted.</summary>
internal sealed class SortedMatches<T>(CollectionReader reader, SortedDocuments sorted, DocumentView<T> view)
    : MatchStream<T>
{
    private readonly ValueBuffer _document = new();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => sorted.PrimaryKey;

    /// <inheritdoc/>
    public override DocumentView<T> Document => view;

    /// <inheritdoc/>
    public override bool MoveNext() => sorted.MoveNext();

    /// <inheritdoc/>
    public override bool TryLoad()
    {
        var held = sorted.Document;
        if (held.IsEmpty)
        {
            if (!reader.TryFetch(Key, _document))
            {
                return false;
            }
        }
        else
        {
            held.CopyTo(_document.Reset(held.Length));
        }

        view.Show(_document.Memory);
        return true;
    }
}

using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// How a query finds its documents and puts them in order: the ways to them, what is left to filter, how they are
/// sorted. Made for one definition of the collection; holds no values. Thread-safe.
/// </summary>
internal sealed partial class DocumentPlan<T>
{
    private readonly IReadOnlyList<Condition> _conditions;
    private readonly IReadOnlyList<AccessPath> _paths;
    private readonly ConjunctFilter<T>[] _conjuncts;
    private readonly SortPlan<T>? _sort;
    private readonly PrimaryOrder _primaryOrder;
    private readonly DocumentSerializer<T> _serializer;

    /// <summary>Plans a query's documents.</summary>
    public DocumentPlan(QueryParts parts, CollectionDefinition definition, DocumentSerializer<T> serializer)
    {
        _serializer = serializer;
        _conditions = [.. parts.Conjuncts.Select(conjunct => ConditionTranslator.Translate(parts.Document, conjunct))];
        _conjuncts = [.. parts.Conjuncts.Zip(_conditions).Select(
            pair => new ConjunctFilter<T>(parts.Document, pair.First, pair.Second, definition.Schema))];
        var order = new OrderPlan(parts, definition);
        _primaryOrder = order.Primary;
        _sort = parts.Order.Count == 0 ? null : new SortPlan<T>(parts.Document, parts.Order, definition.Schema);
        _paths = new AccessPlanner(definition, _conditions, order).List();
        Point = PointLookup.TryCreate(_conditions, definition);
    }

    /// <summary>
    /// The lookup of one document by its key that the query asks for; null when it asks for anything else.
    /// </summary>
    public PointLookup? Point { get; }

    /// <summary>Parts of it that sort or collect at the same time.</summary>
    public int MemoryUsers => (_sort is null ? 0 : 1) + (_paths.Any(path => path is IndexPath) ? 1 : 0);

    /// <summary>A view of a document that was read.</summary>
    public DocumentView<T> View(CollectionReader reader, ReadOnlyMemory<byte> document)
    {
        var view = new DocumentView<T>(_serializer, reader.Definition.Schema);
        view.Show(document);
        return view;
    }

    /// <summary>Opens the matches.</summary>
    /// <param name="reader">What is read.</param>
    /// <param name="arguments">Values of the execution.</param>
    /// <param name="isReversed">Whether they are wanted in the opposite order.</param>
    /// <param name="seen">How many of them will be asked for at most.</param>
    /// <param name="report">Notes what is done; null when nobody asks.</param>
    public MatchStream<T> Open(
        CollectionReader reader, QueryArguments arguments, bool isReversed, long seen, RunReport? report)
    {
        var run = new Run(this, reader, arguments, isReversed, report);
        var matches = run.Open(seen);
        return reader.IsInTransaction ? run.Detach(matches, seen) : matches;
    }

    /// <summary>Opens the matches in whatever order is quickest, each once.</summary>
    public MatchStream<T> OpenAny(CollectionReader reader, QueryArguments arguments, RunReport? report) =>
        new Run(this, reader, arguments, isReversed: false, report).OpenAny();

    /// <summary>The number of documents, without reading one where the ways to them allow it.</summary>
    public long Count(CollectionReader reader, QueryArguments arguments, RunReport? report) =>
        new Run(this, reader, arguments, isReversed: false, report).Count();
}

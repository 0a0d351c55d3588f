using System.Diagnostics.CodeAnalysis;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>A plan whose documents are T and whose rows, before any tail, are TRow.</summary>
internal sealed partial class CompiledQuery<T, TRow>(
    QueryParts parts,
    DocumentPlan<T> documents,
    RowFactory<T, TRow> factory,
    QueryTail<TRow>? tail,
    string? tailReason) : CompiledQuery
{
    private readonly QueryTail<TRow>? _aggregate = QueryTail<TRow>.OfAggregate(parts.End);

    /// <inheritdoc/>
    public override IEnumerable<TResult> Rows<TResult>(
        CollectionReader reader, QueryArguments arguments, RunReport? report)
    {
        var rows = Rows(reader, arguments, Slice.Of(parts.Slices, arguments), isReversed: false, report);
        return tail is not null ? tail.Run<IEnumerable<TResult>>(rows, arguments)
            : rows as IEnumerable<TResult> ?? rows.Cast<TResult>();
    }

    /// <inheritdoc/>
    public override TResult Value<TResult>(CollectionReader reader, QueryArguments arguments, RunReport? report)
    {
        if (_isPoint && report is null && TryPoint(reader, arguments, out var row))
        {
            return As<TResult, TRow>(row!);
        }

        var slice = Slice.Of(parts.Slices, arguments);
        if ((tail ?? _aggregate) is { } last)
        {
            return last.Run<TResult>(Rows(reader, arguments, slice, isReversed: false, report), arguments);
        }

        return parts.End switch
        {
            QueryEnd.Any => As<TResult, bool>(HasRow(reader, arguments, slice, report)),
            QueryEnd.None => As<TResult, bool>(!HasRow(reader, arguments, slice, report)),
            QueryEnd.Count => As<TResult, int>(checked((int)slice.Count(documents.Count(reader, arguments, report)))),
            QueryEnd.LongCount => As<TResult, long>(slice.Count(documents.Count(reader, arguments, report))),
            _ => As<TResult, TRow>(OneRow(reader, arguments, slice, report)),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Keys(CollectionReader reader, QueryArguments arguments)
    {
        using var matches = documents.Open(reader, arguments, isReversed: false, long.MaxValue, null);
        while (matches.MoveNext())
        {
            yield return matches.Key.ToArray();
        }
    }

    private IEnumerable<TRow> Rows(
        CollectionReader reader, QueryArguments arguments, Slice slice, bool isReversed, RunReport? report)
    {
        var (skip, left) = slice;
        using var matches = documents.Open(reader, arguments, isReversed, slice.Seen, report);
        while (left > 0 && matches.MoveNext())
        {
            if (skip > 0)
            {
                skip--;
            }
            else if (matches.TryLoad())
            {
                left--;
                yield return factory.Make(matches.Document, arguments);
            }
        }
    }

    private bool HasRow(CollectionReader reader, QueryArguments arguments, Slice slice, RunReport? report)
    {
        if (slice.Limit == 0)
        {
            return false;
        }

        using var matches = documents.OpenAny(reader, arguments, report);
        for (var skip = slice.Skip; matches.MoveNext(); skip--)
        {
            if (skip == 0)
            {
                return true;
            }
        }

        return false;
    }

    private TRow OneRow(CollectionReader reader, QueryArguments arguments, Slice slice, RunReport? report)
    {
        var isReversed = parts.End is QueryEnd.Last or QueryEnd.LastOrDefault && slice == Slice.All;
        var wanted = parts.End is QueryEnd.Single or QueryEnd.SingleOrDefault ? slice.ThenTake(2)
            : isReversed || parts.End is QueryEnd.First or QueryEnd.FirstOrDefault ? slice.ThenTake(1)
            : slice;
        var rows = Rows(reader, arguments, wanted, isReversed, report);
        return parts.End switch
        {
            QueryEnd.Single => rows.Single(),
            QueryEnd.SingleOrDefault => rows.SingleOrDefault()!,
            QueryEnd.First => rows.First(),
            QueryEnd.FirstOrDefault => rows.FirstOrDefault()!,
            QueryEnd.Last => rows.Last(),
            QueryEnd.LastOrDefault => rows.LastOrDefault()!,
            _ => throw new InvalidOperationException($"A query that ends with {parts.End} has no single row."),
        };
    }

    [SuppressMessage("Performance", "CA1859", Justification = "The cast is what the method is for.")]
    private static TResult As<TResult, TValue>(TValue value) =>
        typeof(TResult) == typeof(TValue) || value is null ? (TResult)(object?)value! : (TResult)(object)value;
}

namespace Abc.VMem.Db.Tests.Models;

/// <summary>The form of a query.</summary>
internal enum QueryForm
{
    /// <summary>The documents in the order of their keys.</summary>
    Where,

    /// <summary>Their count.</summary>
    Count,

    /// <summary>A range of numbers in their order, ties by key.</summary>
    Ordered,

    /// <summary>The same from the other end.</summary>
    Descending,
}

/// <summary>A LINQ query as data.</summary>
internal readonly record struct Query(QueryForm Form, Condition Condition, int Take)
{
    /// <summary>Runs it and compares.</summary>
    public string? Difference(Place place, Table table, TableState state) => Form switch
    {
        QueryForm.Where => table.DiffersWhere(place, Condition, Take, Expected(state)),
        QueryForm.Count => Differences.Of(Expected(state).LongCount(), table.CountWhere(place, Condition)),
        _ => table.DiffersOrdered(
            place, Condition.A, Condition.B, Form == QueryForm.Descending, Take, Expected(state)),
    };

    /// <summary>The same in C#.</summary>
    public string Code(string place, Table table, TableState state)
    {
        var source = $"{table.In(place)}.AsQueryable()";
        var (print, take) = (Condition.Print(), FormattableString.Invariant($".Take({Take})"));
        return Form switch
        {
            QueryForm.Where => $"Assert.Equal({table.Print(Expected(state))}, "
                + $"{source}.Where({print}).OrderBy(d => d.Id){take});",
            QueryForm.Count => FormattableString.Invariant(
                $"Assert.Equal({Expected(state).Count()}, {source}.Count({print}));"),
            QueryForm.Ordered => $"Assert.Equal({table.Print(Expected(state))}, "
                + $"{source}.Where({print}).OrderBy(d => d.Number).ThenBy(d => d.Id){take});",
            _ => $"Assert.Equal({table.Print(Expected(state))}, {source}.Where({print})"
                + $".OrderByDescending(d => d.Number).ThenByDescending(d => d.Id){take});",
        };
    }

    private IEnumerable<KeyValuePair<int, Row>> Expected(TableState state)
    {
        var condition = Condition;
        var rows = state.Rows.Where(entry => condition.Holds(entry.Value));
        return Form switch
        {
            QueryForm.Where => rows.Take(Take),
            QueryForm.Count => rows,
            QueryForm.Ordered => rows.OrderBy(e => e.Value.Number).ThenBy(e => e.Key).Take(Take),
            _ => rows.OrderByDescending(e => e.Value.Number).ThenByDescending(e => e.Key).Take(Take),
        };
    }
}

internal sealed record RunQuery(int On, Query Query, int Where) : TableOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Query.Difference(place, Table, state.Table(On)),
            (place, state) => Query.Code(place, Table, state.Table(On)));

    public override IEnumerable<Operation> Smaller() =>
        Below(Query.Take).Select(take => this with { Query = Query with { Take = take } });
}

namespace Abc.VMem.Db.Tests.Models;

/// <summary>An operation on one collection.</summary>
/// <param name="On">Which.</param>
internal abstract record TableOperation(int On) : Operation
{
    protected Table Table => Table.All[On];

    protected static string Bool(bool value) => value ? "True" : "False";

    /// <summary>A change that returns something.</summary>
    protected void Change<T>(
        ModelRun run, TableState? after, T expected, Func<WritablePlace, T> act, Func<string, string> code)
        where T : notnull =>
        run.Change(
            run.State.WithTable(On, after),
            place => Differences.Of(expected, act(place)),
            place => expected is bool isTrue
                ? $"Assert.{Bool(isTrue)}({code(place)});"
                : FormattableString.Invariant($"Assert.Equal({expected}, {code(place)});"));
}

/// <summary>An operation on one collection with one document.</summary>
internal abstract record RowOperation(int On, int Key, Row Row) : TableOperation(On)
{
    public override IEnumerable<Operation> Smaller()
    {
        foreach (var length in Below(Row.Length))
        {
            yield return this with { Row = Row with { Length = length } };
        }

        foreach (var tags in Below(Row.Tags))
        {
            yield return this with { Row = Row with { Tags = tags } };
        }

        foreach (var number in Below(Row.Number))
        {
            yield return this with { Row = Row with { Number = number } };
        }

        foreach (var key in Below(Key, least: 1))
        {
            yield return this with { Key = key };
        }
    }
}

internal sealed record Insert(int On, int Key, Row Row) : RowOperation(On, Key, Row)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Table(On);
        var key = Key == 0 ? state.Mark + 1 : Key;
        var document = Table.Print(Key, Row);
        if (state.Rows.ContainsKey(key) || state.Refuses(key, Row))
        {
            run.Refuse<DuplicateKeyException>(
                place => Table.Insert(place, Key, Row), place => $"{Table.In(place)}.Insert({document})");
            return;
        }

        run.Change(
            run.State.WithTable(On, state.Put(key, Row)),
            place => Differences.Of(key, Table.Insert(place, Key, Row)),
            place => $"{Table.In(place)}.Insert({document});");
    }
}

internal sealed record Upsert(int On, int Key, Row Row) : RowOperation(On, Key, Row)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Table(On);
        if (state.Refuses(Key, Row))
        {
            run.Refuse<DuplicateKeyException>(place => Table.Upsert(place, Key, Row), Code);
        }
        else
        {
            Change(
                run, state.Put(Key, Row), state.Rows.ContainsKey(Key), place => Table.Upsert(place, Key, Row), Code);
        }
    }

    private string Code(string place) => $"{Table.In(place)}.Upsert({Table.Print(Key, Row)})";
}

internal sealed record Update(int On, int Key, Row Row) : RowOperation(On, Key, Row)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Table(On);
        if (!state.Rows.ContainsKey(Key))
        {
            Change(run, run.State.Tables[On], false, place => Table.Update(place, Key, Row), Code);
        }
        else if (state.Refuses(Key, Row))
        {
            run.Refuse<DuplicateKeyException>(place => Table.Update(place, Key, Row), Code);
        }
        else
        {
            Change(run, state.Put(Key, Row), true, place => Table.Update(place, Key, Row), Code);
        }
    }

    private string Code(string place) => $"{Table.In(place)}.Update({Table.Print(Key, Row)})";
}

internal sealed record Delete(int On, int Key) : TableOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Tables[On];
        Change(
            run,
            state?.Remove(Key),
            state?.Rows.ContainsKey(Key) ?? false,
            place => Table.Delete(place, Key),
            place => $"{Table.In(place)}.Delete({Table.PrintKey(Key)})");
    }
}

/// <summary>A write outside of the transaction that is open: refused at once, instead of a wait for itself.</summary>
internal sealed record WriteBeside(int On, int Key) : TableOperation(On)
{
    public override void Run(ModelRun run)
    {
        if (run.IsInTransaction)
        {
            run.Read(
                2,
                (place, _) => Differences.Throws<TransactionException>(
                    () => Table.Delete((WritablePlace)place, Key)),
                (place, _) =>
                    $"Assert.Throws<TransactionException>(() => {Table.In(place)}.Delete({Table.PrintKey(Key)}));");
        }
    }
}

/// <summary>An operation on one collection with many documents.</summary>
internal abstract record ManyOperation(int On, int Key, int Count, int Step) : TableOperation(On)
{
    protected IEnumerable<int> Keys => Enumerable.Range(0, Count).Select(i => Key + (i * Step));

    public override IEnumerable<Operation> Smaller()
    {
        foreach (var count in Below(Count))
        {
            yield return this with { Count = count };
        }

        foreach (var key in Below(Key, least: 1))
        {
            yield return this with { Key = key };
        }
    }
}

/// <summary>Inserts many, all or none; key 0 lets all of them be assigned.</summary>
internal sealed record InsertMany(int On, int Key, int Count, int Step, Row Row) : ManyOperation(On, Key, Count, Step)
{
    private IEnumerable<KeyValuePair<int, Row>> Given =>
        Enumerable.Range(0, Count).Select(i => new KeyValuePair<int, Row>(
            Key == 0 ? 0 : Key + (i * Step), Row.At(i)));

    public override IEnumerable<Operation> Smaller() =>
        base.Smaller().Concat(Below(Row.Length).Select(length => this with { Row = Row with { Length = length } }));

    public override void Run(ModelRun run)
    {
        var before = run.State.Table(On);
        var first = Key == 0 ? before.Mark + 1 : 0;
        var state = before;
        foreach (var (given, row) in Given)
        {
            var key = given == 0 ? state.Mark + 1 : given;
            if (state.Rows.ContainsKey(key) || state.Refuses(key, row))
            {
                run.Refuse<DuplicateKeyException>(place => Table.InsertMany(place, Given), Code);
                return;
            }

            state = state.Put(key, row);
        }

        run.Change(
            Count == 0 ? run.State : run.State.WithTable(On, state),
            place =>
            {
                var (count, assigned) = Table.InsertMany(place, Given);
                return Differences.Of(Count, count)
                    ?? (Key == 0 && Count > 0 ? Differences.Of(first, assigned) : null);
            },
            place => FormattableString.Invariant($"Assert.Equal({Count}, {Code(place)});"));
    }

    private string Code(string place) => $"{Table.In(place)}.InsertMany({Table.Print(Given)})";
}

internal sealed record DeleteMany(int On, int Key, int Count, int Step) : ManyOperation(On, Key, Count, Step)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Tables[On];
        var count = state is null ? 0 : Keys.Distinct().Count(state.Rows.ContainsKey);
        Change(
            run,
            state is null ? null : Keys.Aggregate(state, (rest, key) => rest.Remove(key)),
            (long)count,
            place => Table.DeleteMany(place, Keys),
            place => $"{Table.In(place)}.DeleteMany({Table.PrintKeys(Keys)})");
    }
}

internal sealed record FindMany(int On, int Key, int Count, int Step, int Where) : ManyOperation(On, Key, Count, Step)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Table.DiffersMany(place, Keys, Expected(state)),
            (place, state) => $"Assert.Equal({Table.Print(Expected(state))}, "
                + $"{Table.In(place)}.FindMany({Table.PrintKeys(Keys)}));");

    private IEnumerable<KeyValuePair<int, Row>> Expected(ModelState state)
    {
        var rows = state.Table(On).Rows;
        return Keys.Where(rows.ContainsKey).Select(key => new KeyValuePair<int, Row>(key, rows[key]));
    }
}

internal sealed record DeleteWhere(int On, Condition Condition) : TableOperation(On)
{
    public override void Run(ModelRun run)
    {
        var state = run.State.Tables[On];
        var keys = state?.Rows.Where(entry => Condition.Holds(entry.Value)).Select(entry => entry.Key).ToList() ?? [];
        Change(
            run,
            state is null ? null : keys.Aggregate(state, (rest, key) => rest.Remove(key)),
            (long)keys.Count,
            place => Table.DeleteWhere(place, Condition),
            place => $"{Table.In(place)}.DeleteMany({Condition.Print()})");
    }
}

internal sealed record Find(int On, int Key, int Where) : TableOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Table.DiffersAt(
                place, Key, state.Table(On).Rows.TryGetValue(Key, out var row) ? row : null),
            (place, state) =>
            {
                var call = $"{Table.In(place)}.Find({Table.PrintKey(Key)})";
                return state.Table(On).Rows.TryGetValue(Key, out var row)
                    ? $"Assert.Equal({Table.Print(Key, row)}, {call});"
                    : $"Assert.Null({call});";
            });
}

internal sealed record Contains(int On, int Key, int Where) : TableOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Differences.Of(state.Table(On).Rows.ContainsKey(Key), Table.Contains(place, Key)),
            (place, state) => $"Assert.{Bool(state.Table(On).Rows.ContainsKey(Key))}("
                + $"{Table.In(place)}.Contains({Table.PrintKey(Key)}));");
}

internal sealed record CountAll(int On, int Where) : TableOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Differences.Of((long)state.Table(On).Rows.Count, Table.Count(place)),
            (place, state) => FormattableString.Invariant(
                $"Assert.Equal({state.Table(On).Rows.Count}, {Table.In(place)}.Count);"));
}

internal sealed record FindAll(int On, int Where) : TableOperation(On)
{
    public override void Run(ModelRun run) =>
        run.Read(
            Where,
            (place, state) => Table.DiffersAll(place, state.Table(On).Rows),
            (place, state) => $"Assert.Equal({Table.Print(state.Table(On).Rows)}, {Table.In(place)}.FindAll());");
}

internal sealed record EnsureIndex(int On, int Which) : TableOperation(On)
{
    public override void Run(ModelRun run)
    {
        var index = Index.All[Which];
        var state = run.State.Table(On);
        var isNew = !state.Indexes.Contains(index.Name);
        var paths = string.Join(", ", index.Paths.Split(' ').Select(path => $"\"{path}\""));
        string Code(string place) =>
            $"{Table.In(place)}.EnsureIndex(\"{index.Name}\", [{paths}], {(index.IsUnique ? "true" : "false")})";
        if (isNew && index.IsUnique && state.HasDuplicates)
        {
            run.Refuse<DuplicateKeyException>(place => Table.EnsureIndex(place, index), Code);
            return;
        }

        var after = state with { Indexes = state.Indexes.Add(index.Name) };
        Change(run, isNew ? after : state, isNew, place => Table.EnsureIndex(place, index), Code);
    }
}

internal sealed record DropIndex(int On, int Which) : TableOperation(On)
{
    public override void Run(ModelRun run)
    {
        var index = Index.All[Which];
        var state = run.State.Tables[On];
        Change(
            run,
            state is null ? null : state with { Indexes = state.Indexes.Remove(index.Name) },
            state?.Indexes.Contains(index.Name) ?? false,
            place => Table.DropIndex(place, index),
            place => $"{Table.In(place)}.DropIndex(\"{index.Name}\")");
    }
}

internal sealed record DropTable(int On) : TableOperation(On)
{
    public override void Run(ModelRun run) =>
        Change(
            run,
            null,
            run.State.Tables[On] is not null,
            place => place.Drop("Collection", Table.Name),
            place => $"{place}.DropCollection(\"{Table.Name}\")");
}

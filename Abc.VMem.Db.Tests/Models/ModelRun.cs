namespace Abc.VMem.Db.Tests.Models;

/// <summary>A database that random operations run on, and what it should hold.</summary>
internal sealed class ModelRun : IDisposable
{
    private readonly ModelDatabase _disk;
    private readonly Durability _durability;
    private readonly List<OpenSnapshot> _snapshots = [];
    private readonly List<OpenSavepoint> _savepoints = [];

    /// <summary>What may be left of a power loss: states since the last that certainly was durable.</summary>
    private readonly List<ModelState> _history = [ModelState.Empty];
    private TransactionPlace? _tx;
    private ModelState _inTx = ModelState.Empty;
    private ModelState? _pending;
    private int _names;
    private (string Policy, int Seed, int Again) _coming;

    public ModelRun(ModelSetup setup, ModelScript? script = null)
    {
        (Pages, _durability, Script) = (setup.Pages, setup.Durability, script);
        _disk = new ModelDatabase(setup.Durability, setup.Background);
        script?.Add(
            $"using var disk = new ModelDatabase(Durability.{_durability}, {(setup.Background ? "true" : "false")});");
        Write(FormattableString.Invariant($"var db = disk.Open({Pages});"));
        Open(Pages);
    }

    /// <summary>The script, while one is written.</summary>
    public ModelScript? Script { get; }

    /// <summary>Operations whose result was compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Power losses and killed processes.</summary>
    public int Crashes { get; private set; }

    /// <summary>Whether anything went to the temporary file.</summary>
    public long MostSpilled { get; private set; }

    /// <summary>The cap.</summary>
    public int Pages { get; private set; }

    /// <summary>Where changes go.</summary>
    public WritablePlace Writable => _tx ?? Database;

    /// <summary>What it holds where changes go.</summary>
    public ModelState State => _tx is null ? Committed : _inTx;

    /// <summary>What the database holds outside of the transaction.</summary>
    public ModelState Committed { get; private set; } = ModelState.Empty;

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => _tx is not null;

    public int SnapshotCount => _snapshots.Count;

    /// <summary>The database that is open.</summary>
    public VMemDatabase Db => _disk.Db;

    private WritablePlace Database { get; set; } = null!;

    /// <summary>Runs one operation, and what follows when it found the power gone.</summary>
    public void Run(Operation operation)
    {
        _pending = null;
        try
        {
            operation.Run(this);
        }
        catch (Exception e) when (_disk.HasCrashed && e is VMemDbException or IOException)
        {
            Script?.LastFailed();
            Recover(_pending);
            return;
        }

        if (_disk.HasCrashed)
        {
            Recover(null);
        }

        var mapped = Db.Pool.MappedPages;
        Assert.True(mapped <= Pages, $"{mapped} pages are mapped, {Pages} are allowed.");
    }

    /// <summary>Changes something, compares the result, and takes the new state as the model's.</summary>
    /// <param name="after">What it holds then.</param>
    /// <param name="act">Changes, and gives the difference from what was expected.</param>
    /// <param name="code">The statement in C#, from the name of the place.</param>
    public void Change(ModelState after, Func<WritablePlace, string?> act, Func<string, string> code)
    {
        Write(Script is null ? "" : code(Writable.Name));
        _pending = _tx is null ? after : null;
        Verify(act(Writable));
        if (_tx is null)
        {
            Commit(after);
        }
        else
        {
            _inTx = after;
        }
    }

    /// <summary>Does what is refused and changes nothing.</summary>
    public void Refuse<TException>(Action<WritablePlace> act, Func<string, string> code)
        where TException : Exception
    {
        Write(Script is null ? "" : $"Assert.Throws<{typeof(TException).Name}>(() => {code(Writable.Name)});");
        Verify(Differences.Throws<TException>(() => act(Writable)));
    }

    /// <summary>Reads and compares.</summary>
    /// <param name="where">
    /// Where: 0 and 1 = where changes go, 2 = outside of the transaction, more = one of the snapshots.
    /// </param>
    /// <param name="act">Reads, and gives the difference from what was expected.</param>
    /// <param name="code">The statement in C#, from the name of the place.</param>
    public void Read(int where, Func<Place, ModelState, string?> act, Func<string, ModelState, string> code)
    {
        var (place, state) = At(where);
        Write(Script is null ? "" : code(place.Name, state));
        Verify(act(place, state));
    }

    /// <summary>Runs a statement without a result.</summary>
    public void Do(string code, Action act)
    {
        Write(code);
        act();
    }

    /// <summary>Begins a transaction, unless one is open.</summary>
    public void Begin()
    {
        if (_tx is null)
        {
            var name = Name("tx");
            Do($"var {name} = db.BeginTransaction();", () => _tx = new(Db.BeginTransaction(), name));
            _inTx = Committed;
        }
    }

    /// <summary>Ends the transaction.</summary>
    public void End(TransactionEnd end)
    {
        if (_tx is not { } tx)
        {
            return;
        }

        _pending = end == TransactionEnd.Commit ? _inTx : null;
        Do(FormattableString.Invariant($"{tx.Name}.{end}();"), () => EndNow(tx.Transaction, end));
        _tx = null;
        _savepoints.Clear();
        if (end == TransactionEnd.Commit)
        {
            Commit(_inTx);
        }
    }

    public void Savepoint()
    {
        if (_tx is { } tx)
        {
            var name = Name("savepoint");
            Do(
                $"var {name} = {tx.Name}.Savepoint();",
                () => _savepoints.Add(new(tx.Transaction.Savepoint(), name, _inTx)));
        }
    }

    /// <summary>Goes back to a savepoint, or forgets it.</summary>
    public void BackTo(int which, bool release)
    {
        if (_tx is not { } tx || _savepoints.Count == 0)
        {
            return;
        }

        var at = which % _savepoints.Count;
        var savepoint = _savepoints[at];
        if (release)
        {
            Do($"{tx.Name}.Release({savepoint.Name});", () => tx.Transaction.Release(savepoint.Savepoint));
            _savepoints.RemoveRange(at, _savepoints.Count - at);
        }
        else
        {
            Do($"{tx.Name}.RollbackTo({savepoint.Name});", () => tx.Transaction.RollbackTo(savepoint.Savepoint));
            _savepoints.RemoveRange(at + 1, _savepoints.Count - at - 1);
            _inTx = savepoint.State;
        }
    }

    public void BeginSnapshot()
    {
        var name = Name("snapshot");
        Do(
            $"var {name} = db.BeginSnapshot();",
            () => _snapshots.Add(new(new(Db.BeginSnapshot(), name), Committed)));
    }

    public void EndSnapshot(int which)
    {
        if (_snapshots.Count > 0)
        {
            var snapshot = _snapshots[which % _snapshots.Count];
            _snapshots.Remove(snapshot);
            Do($"{snapshot.Place.Name}.Dispose();", snapshot.Place.Snapshot.Dispose);
        }
    }

    /// <summary>Compares everything at one place.</summary>
    public void CompareAt(int where)
    {
        var (place, state) = At(where);
        StateVerifier.Compare(place, state, Write, Verify, Script is not null);
    }

    /// <summary>Compares everything everywhere, and checks the pages.</summary>
    public void CompareAll()
    {
        CompareAt(1);
        for (var i = 0; i < _snapshots.Count; i++)
        {
            CompareAt(3 + i);
        }

        if (_tx is not null)
        {
            CompareAt(2);
        }

        Do("db.Check();", () => Db.Check());
        Do("Assert.True(db.Pool.PeakMappedPages <= db.Pool.MaxMappedPages);", () =>
            Assert.InRange(Db.Pool.PeakMappedPages, 0, Pages));
        NoteSpill();
    }

    /// <summary>Closes and opens again.</summary>
    public void Reopen(int pages)
    {
        NoteSpill();
        Do("disk.Close();", _disk.Close);
        Forget();
        Settle();
        Do(FormattableString.Invariant($"db = disk.Open({pages});"), () => Open(pages));
    }

    /// <summary>All that was committed is durable now.</summary>
    public void Settle()
    {
        _history.Clear();
        _history.Add(Committed);
    }

    /// <summary>The power will go at a call that changes the disk.</summary>
    public void LosePowerAt(int call, string policy, int seed, int again)
    {
        _coming = (policy, seed, again);
        Do(FormattableString.Invariant($"disk.LosePowerAt({call});"), () => _disk.LosePowerAt(call));
    }

    /// <summary>The power goes between two calls.</summary>
    public void LosePower(string policy, int seed, int again)
    {
        _coming = (policy, seed, again);
        Recover(null);
    }

    /// <summary>The end: it closes in order, and one file is left, unless the power just went.</summary>
    public void Finish()
    {
        try
        {
            Do("disk.Close();", _disk.Close);
        }
        catch (Exception e) when (_disk.HasCrashed && e is VMemDbException or IOException)
        {
            // It went in a call of the closing.
        }
    }

    public void Dispose() => _disk.Dispose();

    private static void EndNow(VMemTransaction transaction, TransactionEnd end)
    {
        switch (end)
        {
            case TransactionEnd.Commit:
                transaction.Commit();
                break;
            case TransactionEnd.Rollback:
                transaction.Rollback();
                break;
            default:
                transaction.Dispose();
                break;
        }
    }

    private void Verify(string? difference)
    {
        if (difference is not null)
        {
            throw new ModelDifferenceException(difference);
        }

        Compared++;
    }

    private void Write(string code)
    {
        if (Script is { } script)
        {
            script.Add(code);
        }
    }

    private string Name(string kind) => FormattableString.Invariant($"{kind}{++_names}");

    private (Place Place, ModelState State) At(int where)
    {
        if (where > 2 && _snapshots.Count > 0)
        {
            var snapshot = _snapshots[(where - 3) % _snapshots.Count];
            return (snapshot.Place, snapshot.State);
        }

        return where == 2 ? (Database, Committed) : (Writable, State);
    }

    private void Commit(ModelState after)
    {
        if (_durability == Durability.Full)
        {
            _history.Clear();
        }

        if (!ReferenceEquals(Committed, after) || _history.Count == 0)
        {
            _history.Add(after);
        }

        Committed = after;
    }

    private void Open(int pages)
    {
        Pages = pages;
        Database = new DatabasePlace(_disk.Open(pages));
    }

    private void NoteSpill() => MostSpilled = Math.Max(MostSpilled, Db.GetStatistics().SpillBytes);

    private void Forget()
    {
        _tx = null;
        _savepoints.Clear();
        _snapshots.Clear();
    }

    /// <summary>
    /// After the power came back: what the database holds is what was acknowledged, or, beside it, what was under way.
    /// </summary>
    private void Recover(ModelState? pending)
    {
        Crashes++;
        var (policy, seed, again) = _coming;
        Do(FormattableString.Invariant($"disk.LosePower(\"{policy}\", {seed});"), () => _disk.LosePower(policy, seed));
        Forget();
        for (var i = 1; again > 0; i++, again /= 2)
        {
            if (OpenUntil(again + i))
            {
                break;
            }

            Do(
                FormattableString.Invariant($"disk.LosePower(\"{policy}\", {seed + i});"),
                () => _disk.LosePower(policy, seed + i));
        }

        if (!IsOpen)
        {
            Do(FormattableString.Invariant($"db = disk.Open({Pages});"), () => Open(Pages));
        }

        IsOpen = false;
        Find(policy == "Kill" ? [Committed] : _history, pending);
    }

    private bool IsOpen { get; set; }

    /// <summary>Opens; false when the power goes again at a call, which may come or not.</summary>
    private bool OpenUntil(int call)
    {
        Do(FormattableString.Invariant($"disk.LosePowerAt({call});"), () => _disk.LosePowerAt(call));
        Write(FormattableString.Invariant($"db = disk.Open({Pages});"));
        try
        {
            Open(Pages);
        }
        catch (Exception e) when (_disk.HasCrashed && e is VMemDbException or IOException)
        {
            Script?.LastFailed();
            return false;
        }

        if (_disk.HasCrashed)
        {
            return false;
        }

        Do("disk.LosePowerAt(1_000_000_000);", () => _disk.LosePowerAt(1_000_000_000));
        IsOpen = true;
        return true;
    }

    private void Find(IEnumerable<ModelState> acknowledged, ModelState? pending)
    {
        var differences = new List<string>();
        foreach (var state in (pending is null ? [] : new[] { pending }).Concat(acknowledged.Reverse()))
        {
            var difference = StateVerifier.Difference(Database, state);
            if (difference is null)
            {
                Committed = state;
                Settle();
                Compared++;
                Do("db.Check();", () => Db.Check());
                return;
            }

            differences.Add(difference);
        }

        var last = acknowledged.Last();
        StateVerifier.Compare(Database, last, Write, _ => { }, isScript: true);
        throw new ModelDifferenceException(
            $"After the power loss it holds no allowed state: {string.Join(" | ", differences.Take(5))}");
    }

    private sealed record OpenSnapshot(SnapshotPlace Place, ModelState State);

    private sealed record OpenSavepoint(VMemSavepoint Savepoint, string Name, ModelState State);
}

/// <summary>How a transaction ends.</summary>
internal enum TransactionEnd
{
    Commit,
    Rollback,
    Dispose,
}

/// <summary>How a run is set up.</summary>
internal sealed record ModelSetup(int Pages, Durability Durability = Durability.Full, bool Background = false);

/// <summary>The database and the model disagree.</summary>
internal sealed class ModelDifferenceException(string message) : Exception(message);

using System.Runtime.CompilerServices;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// A persistent sequence of pages of 4 KB in one file, of which a bounded number is mapped to memory at any time, and
/// the structures that a program keeps in them: lists, stacks, strings, maps, and its own.
/// </summary>
/// <remarks>
/// Thread-safe. What is read through the pool itself is the last committed state; each call that changes something is a
/// transaction of its own. The states of the structures live where the program puts them, typically on the start page,
/// from <see cref="StartAddress"/> on. A file is managed either by a program, through this class, or by the catalog of
/// a <see cref="VMemDatabase"/>: the first write decides.
/// </remarks>
public sealed partial class Pool : PageScope, IDisposable, IAsyncDisposable
{
    /// <summary>Fewest pages that a pool can be asked to map.</summary>
    public const int MinMappedPages = BufferPool.MinMappedPages;

    /// <summary>Bytes of the start page that are the program's.</summary>
    public const int StartBytes = Page.Size - ProgramHead.ProgramOffset;

    private readonly Engine _engine;
    private readonly EngineScope _scope;
    private readonly PinnedAtClose _pinnedAtClose;
    private readonly bool _isDatabase;

    /// <summary>The pool under a database, which opened it and closes it.</summary>
    internal Pool(Engine engine)
        : this(engine, PinnedAtClose.Release) => _isDatabase = true;

    private Pool(Engine engine, PinnedAtClose pinnedAtClose) =>
        (_engine, _scope, _pinnedAtClose) = (engine, new EngineScope(engine), pinnedAtClose);

    /// <summary>The program's first byte on the start page.</summary>
    public static PageAddress StartAddress => new(PagePos.Start, ProgramHead.ProgramOffset);

    /// <summary>The cap: pages mapped at any one time, at most.</summary>
    public int MaxMappedPages => _engine.Pool.MaxMappedPages;

    /// <summary>Pages mapped now, all versions counted.</summary>
    public int MappedPages => _engine.Pool.MappedPages;

    /// <summary>Most pages mapped at one time since open.</summary>
    public int PeakMappedPages => _engine.Pool.PeakMappedPages;

    /// <summary>Page accesses that found the page in memory, since open. Approximate while others read.</summary>
    public long Hits => _engine.Pool.Hits;

    /// <summary>Page accesses that read the file, since open. Approximate while others read.</summary>
    public long Misses => _engine.Pool.Misses;

    /// <summary>Pages that the file has room for.</summary>
    public long PageCapacity => _engine.Pool.PageCapacity;

    /// <summary>Whether it was opened read-only.</summary>
    public bool IsReadOnly => _engine.IsReadOnly;

    /// <summary>Opens a pool that a program manages; creates the file when it is missing.</summary>
    /// <param name="path">
    /// The file. Its log lies beside it while the pool is open: files ending in -wal0 and -wal1.
    /// </param>
    /// <param name="options">How to open it; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="DatabaseOpenException">
    /// The file is in use, missing or may not be opened; it is untouched.
    /// </exception>
    /// <exception cref="FormatVersionException">
    /// The file is no pool, of a newer format, or managed by the catalog of a database; it is untouched.
    /// </exception>
    /// <exception cref="CorruptDatabaseException">The file is damaged.</exception>
    public static Pool Open(string path, PoolOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        return Open(DiskFileSystem.Instance, Path.GetFullPath(path), options.ToEngineOptions(), options.PinnedAtClose);
    }

    /// <summary>Opens a pool without blocking the calling thread while a recovery runs.</summary>
    /// <param name="path">The file; see <see cref="Open(string, PoolOptions?)"/>.</param>
    /// <param name="options">How to open it; null = the defaults.</param>
    /// <param name="cancellationToken">Gives up before the opening starts.</param>
    public static Task<Pool> OpenAsync(
        string path, PoolOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(path, options), cancellationToken);

    /// <summary>Opens a new pool that lives in memory only: the same engine, nothing on disk.</summary>
    public static Pool OpenInMemory(PoolOptions? options = null)
    {
        options ??= new();
        return Open(new MemoryFileSystem(), "memory", options.ToEngineOptions(), options.PinnedAtClose);
    }

    /// <summary>
    /// Takes the one writer's place; dispose the transaction to roll back, commit it to keep its changes.
    /// </summary>
    /// <param name="member">Filled in by the compiler: who began it, for the message of whoever waits in vain.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="TransactionException">
    /// The place did not come free in time, or this flow of calls has it already.
    /// </exception>
    /// <exception cref="InvalidOperationException">The pool is that of a database.</exception>
    public PoolTransaction BeginTransaction([CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        RefuseDatabase();
        return new(_engine.BeginTransaction(Engine.Origin(member, line)));
    }

    /// <summary>As <see cref="BeginTransaction"/>, without blocking a thread while it waits.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <param name="member">Filled in by the compiler: who began it, for the message of whoever waits in vain.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <inheritdoc cref="BeginTransaction" path="/exception"/>
    public ValueTask<PoolTransaction> BeginTransactionAsync(
        CancellationToken cancellationToken = default,
        [CallerMemberName] string member = "",
        [CallerLineNumber] int line = 0)
    {
        RefuseDatabase();

        // Not in the async part: the mark of the flow that has the writer's place must reach the caller's flow.
        var transaction = _engine.BeginTransactionAsync(Engine.Origin(member, line), cancellationToken);
        return Wait(transaction);

        static async ValueTask<PoolTransaction> Wait(ValueTask<Transaction> pending) =>
            new(await pending.ConfigureAwait(false));
    }

    /// <summary>
    /// Takes a snapshot: the committed state of this moment, stable until it is disposed. Waits for nobody.
    /// </summary>
    public PoolSnapshot BeginSnapshot() => new(_engine.BeginSnapshot());

    /// <summary>
    /// Brings all committed pages to the data file and retires the log. It also happens by itself, and at close.
    /// </summary>
    public void Checkpoint() => _engine.Checkpoint();

    /// <summary>Writes a copy of the pool as of this moment into a new file, while it is in use.</summary>
    /// <param name="path">The new file; there must be none yet.</param>
    /// <param name="progress">Receives the share that is done, 0 to 1, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it, and removes what was written.</param>
    /// <exception cref="DatabaseOpenException">The file exists, or can't be created.</exception>
    public void CopyTo(string path, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _engine.CopyTo(Path.GetFullPath(path), (done, all) => progress?.Report((double)done / all), cancellationToken);
    }

    /// <summary>Counts since the pool was opened, and sizes now. Looks at every mapped page.</summary>
    public PoolStatistics GetStatistics()
    {
        var engine = _engine.GetStatistics();

        // The snapshot comes first: it refuses when the pool is closed, and keeps the pool's memory while it is read.
        using var snapshot = _engine.BeginSnapshot();
        var pins = _engine.Pool.CountPins();
        using var root = snapshot.Read(PagePos.Root);
        ref readonly var layout = ref Layout.At<RootPageLayout>(root.Payload, 0);
        return new(
            engine.MaxMappedPages,
            engine.MappedPages,
            engine.PeakMappedPages,
            pins.Pinned,
            pins.PinnedUses,
            pins.Unpinned,
            pins.UnpinnedUses,
            _engine.Pool.PointerCount,
            engine.PoolHits,
            engine.PoolMisses,
            layout.PageCount,
            layout.FreeCount,
            engine.FileBytes,
            engine.LogBytes,
            engine.Commits,
            engine.Checkpoints,
            engine.OpenSnapshots,
            engine.MemoryBytes,
            engine.SpillBytes);
    }

    /// <summary>Refuses new work, waits for what runs, rolls back what is open, and closes the file.</summary>
    /// <exception cref="InvalidOperationException">
    /// Pointers were not disposed and <see cref="PoolOptions.PinnedAtClose"/> says to refuse, or the pool is that of a
    /// database.
    /// </exception>
    public void Dispose()
    {
        RefuseToClose();
        _engine.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        RefuseToClose();
        return _engine.DisposeAsync();
    }

    /// <summary>Opens on any file system, with all of the engine's options.</summary>
    internal static Pool Open(
        IFileSystem files, string path, EngineOptions options, PinnedAtClose pinnedAtClose = PinnedAtClose.Release)
    {
        var engine = Engine.Open(files, path, options);
        try
        {
            RefuseOtherUse(engine, path);
            var pool = new Pool(engine, pinnedAtClose);
            if (!engine.IsReadOnly)
            {
                TemporaryStates.FreeAll(pool);
            }

            return pool;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>What runs the pool.</summary>
    internal Engine Engine => _engine;

    internal override bool IsOver => _engine.IsClosed;

    internal override TemporaryPages OpenTemporary() => _scope.OpenTemporary();

    internal override IDisposable TakeWork(out long bytes) => _scope.TakeWork(out bytes);

    internal override PageReader EnterRead() => _scope.EnterRead();

    internal override void ExitRead(PageReader reader) => _scope.ExitRead(reader);

    internal override PageWriter EnterWrite()
    {
        RefuseDatabase();
        return Claimed(_scope.EnterWrite());
    }

    internal override async ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken)
    {
        RefuseDatabase();
        return Claimed(await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false));
    }

    internal override void ExitWrite(PageWriter writer) => _scope.ExitWrite(writer);

    internal override ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken) =>
        _scope.ExitWriteAsync(writer, cancellationToken);

    internal override void AbandonWrite(PageWriter writer) => _scope.AbandonWrite(writer);

    private static void RefuseOtherUse(Engine engine, string path)
    {
        using var snapshot = engine.BeginSnapshot();
        using var start = snapshot.Read(PagePos.Start);
        ProgramPages.RequireStart(in start.Header);
        ref readonly var head = ref Layout.At<ProgramHead>(start.Payload, 0);
        if (head.Kind == StartPageKind.Catalog)
        {
            throw new FormatVersionException(
                $"'{path}' is a database: its catalog manages the file. Open it with VMemDatabase.Open.",
                path,
                "a database",
                "a program's pool");
        }

        if (head.Kind is not (StartPageKind.Empty or StartPageKind.Program))
        {
            throw new CorruptDatabaseException(
                "start page", PagePos.Start.Value, "kind 0, 1 or 2", FormattableString.Invariant($"kind {head.Kind}"));
        }

        if (head.Kind == StartPageKind.Program && head.HeadLayout != ProgramHead.CurrentLayout)
        {
            throw new FormatVersionException(
                $"'{path}' was written by another version: its start page has layout {head.HeadLayout}. Update this "
                + "program.",
                path,
                $"start page layout {head.HeadLayout}",
                $"start page layout {ProgramHead.CurrentLayout}");
        }
    }

    private PageWriter Claimed(PageWriter pages) => ProgramPages.Claim(_scope, pages);

    private void RefuseDatabase()
    {
        if (_isDatabase)
        {
            throw new InvalidOperationException(
                "This pool is that of a database, whose catalog manages the file. Change it through VMemDatabase: "
                + "collections, maps, and GetList, GetStack, GetString.");
        }
    }

    private void RefuseToClose()
    {
        if (_isDatabase)
        {
            throw new InvalidOperationException("This pool is that of a database. Dispose the database.");
        }

        var pointers = _engine.Pool.PointerCount;
        if (pointers > 0 && _pinnedAtClose == PinnedAtClose.Refuse && !_engine.IsClosed)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"{pointers} pointers into '{_engine.Path}' have not been disposed. ")
                + "Dispose them before the pool, or open it with PinnedAtClose.Release.");
        }
    }
}

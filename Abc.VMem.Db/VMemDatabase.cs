using System.Runtime.CompilerServices;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// An embedded database in one file: collections of documents and ordered key-value maps, with transactions and
/// snapshots, in a bounded amount of memory.
/// </summary>
/// <remarks>
/// Thread-safe. Each call through the database itself reads the last committed state, or is a transaction of its own
/// that is as durable as <see cref="VMemDatabaseOptions.Durability"/> says when the call returns. One process has the
/// file open.
/// </remarks>
public sealed partial class VMemDatabase : IDisposable, IAsyncDisposable
{
    private readonly Engine _engine;
    private readonly Catalog _catalog = new();
    private readonly DatabaseContext _context;
    private readonly bool _verifiesQueries;

    private VMemDatabase(Engine engine, bool verifiesQueries)
    {
        (_engine, _verifiesQueries) = (engine, verifiesQueries);
        Pool = new Pool(engine);
        engine.Shrinker.UnaskedMoves = new DatabaseMoves(_catalog, mapsOnly: true);
        _context = ContextOf(new EngineScope(engine), isTransaction: false);
    }

    /// <summary>The pages under the database: their number in memory, the cap, hits and misses.</summary>
    public Pool Pool { get; }

    /// <summary>Whether it was opened read-only.</summary>
    public bool IsReadOnly => _engine.IsReadOnly;

    /// <summary>Opens a database; creates the file when it is missing.</summary>
    /// <param name="path">
    /// The file. Its log lies beside it while the database is open: files ending in -wal0 and -wal1.
    /// </param>
    /// <param name="options">How to open it; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="DatabaseOpenException">
    /// The file is in use, missing or may not be opened; it is untouched.
    /// </exception>
    /// <exception cref="FormatVersionException">
    /// The file is no database, or of a newer format; it is untouched.
    /// </exception>
    /// <exception cref="CorruptDatabaseException">The file is damaged.</exception>
    public static VMemDatabase Open(string path, VMemDatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Open(DiskFileSystem.Instance, Path.GetFullPath(path), options ?? new());
    }

    /// <summary>Opens a database without blocking the calling thread while a recovery runs.</summary>
    /// <param name="path">The file; see <see cref="Open(string, VMemDatabaseOptions?)"/>.</param>
    /// <param name="options">How to open it; null = the defaults.</param>
    /// <param name="cancellationToken">Gives up before the opening starts.</param>
    public static Task<VMemDatabase> OpenAsync(
        string path, VMemDatabaseOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(path, options), cancellationToken);

    /// <summary>Opens a new database that lives in memory only: the same engine, nothing on disk.</summary>
    public static VMemDatabase OpenInMemory(VMemDatabaseOptions? options = null) =>
        Open(new MemoryFileSystem(), "memory", options ?? new());

    /// <summary>
    /// Takes a snapshot: the committed state of this moment, stable until it is disposed. Waits for nobody.
    /// </summary>
    public VMemSnapshot BeginSnapshot()
    {
        var snapshot = _engine.BeginSnapshot();
        return new(snapshot, ContextOf(new SnapshotScope(snapshot), isTransaction: false));
    }

    /// <summary>
    /// Takes the one writer's place; dispose the transaction to roll back, commit it to keep its changes.
    /// </summary>
    /// <param name="member">Filled in by the compiler: who began it, for the message of whoever waits in vain.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="TransactionException">
    /// The place did not come free in time, or this flow of calls has it already.
    /// </exception>
    public VMemTransaction BeginTransaction([CallerMemberName] string member = "", [CallerLineNumber] int line = 0) =>
        Wrap(_engine.BeginTransaction(Engine.Origin(member, line)));

    /// <summary>As <see cref="BeginTransaction"/>, without blocking a thread while it waits.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <param name="member">Filled in by the compiler: who began it, for the message of whoever waits in vain.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="TransactionException">
    /// The place did not come free in time, or this flow of calls has it already.
    /// </exception>
    public ValueTask<VMemTransaction> BeginTransactionAsync(
        CancellationToken cancellationToken = default,
        [CallerMemberName] string member = "",
        [CallerLineNumber] int line = 0)
    {
        // Not in the async part: the mark of the flow that has the writer's place must reach the caller's flow.
        var transaction = _engine.BeginTransactionAsync(Engine.Origin(member, line), cancellationToken);
        return Wait(transaction);

        async ValueTask<VMemTransaction> Wait(ValueTask<Transaction> pending) =>
            Wrap(await pending.ConfigureAwait(false));
    }

    /// <summary>Refuses new work, waits for what runs, rolls back what is open, and closes the file.</summary>
    public void Dispose() => _engine.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Opens on any file system.</summary>
    internal static VMemDatabase Open(IFileSystem files, string path, VMemDatabaseOptions options) =>
        Open(files, path, options.ToEngineOptions(), options.VerifyQueries);

    /// <summary>Opens on any file system, with all of the engine's options.</summary>
    internal static VMemDatabase Open(
        IFileSystem files, string path, EngineOptions options, bool verifiesQueries = false)
    {
        var engine = Engine.Open(files, path, options);
        try
        {
            var database = new VMemDatabase(engine, verifiesQueries);
            database.RefuseOtherUse(path);
            return database;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private VMemTransaction Wrap(Transaction transaction)
    {
        var scope = new TransactionScope(transaction);
        return new(transaction, scope, ContextOf(scope, isTransaction: true));
    }

    private DatabaseContext ContextOf(PageScope scope, bool isTransaction) =>
        new(scope, _catalog, isTransaction, _engine.Work) { VerifiesQueries = _verifiesQueries };

    private void RefuseOtherUse(string path)
    {
        using var snapshot = _engine.BeginSnapshot();
        var (kind, layout) = Catalog.ReadHead(snapshot);
        if (kind == StartPageKind.Program)
        {
            throw new FormatVersionException(
                $"'{path}' is the pool of a program of its own and holds no collections. Open it with Pool.Open.",
                path,
                "a program's pool",
                "a database");
        }

        if (kind == StartPageKind.Catalog && layout != Catalog.CurrentLayout)
        {
            throw new FormatVersionException(
                $"'{path}' was written by another version: its catalog has layout {layout}. Update this program.",
                path,
                $"catalog layout {layout}",
                $"catalog layout {Catalog.CurrentLayout}");
        }
    }
}

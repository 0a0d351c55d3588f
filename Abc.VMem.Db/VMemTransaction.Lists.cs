using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Lists, stacks and strings of a transaction.</summary>
public sealed partial class VMemTransaction
{
    /// <summary>Names of the lists, those of this transaction included.</summary>
    public IReadOnlyList<string> ListNames => Catalog.Names(_context, CatalogKind.List);

    /// <summary>Names of the stacks, those of this transaction included.</summary>
    public IReadOnlyList<string> StackNames => Catalog.Names(_context, CatalogKind.Stack);

    /// <summary>Names of the strings, those of this transaction included.</summary>
    public IReadOnlyList<string> StringNames => Catalog.Names(_context, CatalogKind.String);

    /// <inheritdoc cref="VMemDatabase.GetList{T}(string)"/>
    public VMemList<T> GetList<T>(string name)
        where T : unmanaged => NamedLists.List<T>(_context, name);

    /// <inheritdoc cref="VMemDatabase.GetStack{T}(string)"/>
    public VMemStack<T> GetStack<T>(string name)
        where T : unmanaged => NamedLists.Stack<T>(_context, name);

    /// <inheritdoc cref="VMemDatabase.GetString(string)"/>
    public VMemString GetString(string name) => NamedLists.String(_context, name);

    /// <summary>
    /// Begins a list that does not outlive the transaction: for what does not fit into memory and is not to be kept.
    /// Touches no page.
    /// </summary>
    /// <inheritdoc cref="GetList{T}(string)" path="/typeparam"/>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    public TemporaryList<T> CreateTemporaryList<T>()
        where T : unmanaged => new(_scope);

    /// <inheritdoc cref="VMemDatabase.DropList(string)"/>
    public bool DropList(string name) => DropStatement.Run(_context, CatalogKind.List, name);

    /// <inheritdoc cref="VMemDatabase.DropList(string)"/>
    public ValueTask<bool> DropListAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.List, name, cancellationToken);

    /// <inheritdoc cref="VMemDatabase.DropStack(string)"/>
    public bool DropStack(string name) => DropStatement.Run(_context, CatalogKind.Stack, name);

    /// <inheritdoc cref="VMemDatabase.DropStack(string)"/>
    public ValueTask<bool> DropStackAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.Stack, name, cancellationToken);

    /// <inheritdoc cref="VMemDatabase.DropString(string)"/>
    public bool DropString(string name) => DropStatement.Run(_context, CatalogKind.String, name);

    /// <inheritdoc cref="VMemDatabase.DropString(string)"/>
    public ValueTask<bool> DropStringAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.String, name, cancellationToken);
}

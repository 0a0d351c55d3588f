using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Lists, stacks and strings of the database itself.</summary>
public sealed partial class VMemDatabase
{
    /// <summary>Names of the lists, in ordinal order.</summary>
    public IReadOnlyList<string> ListNames => NamesOf(CatalogKind.List);

    /// <summary>Names of the stacks, in ordinal order.</summary>
    public IReadOnlyList<string> StackNames => NamesOf(CatalogKind.Stack);

    /// <summary>Names of the strings, in ordinal order.</summary>
    public IReadOnlyList<string> StringNames => NamesOf(CatalogKind.String);

    /// <summary>A list of records.</summary>
    /// <typeparam name="T">
    /// Type of the items: one without references, of at most 4,048 bytes. Give it a fixed layout: its bytes are what is
    /// stored. The database knows their size, not their type.
    /// </typeparam>
    /// <remarks>It comes into being with its first write; until then it reads as empty.</remarks>
    /// <exception cref="ArgumentException">The stored list has items of another size; the message says both
    /// sizes.</exception>
    public VMemList<T> GetList<T>(string name)
        where T : unmanaged => NamedLists.List<T>(_context, name);

    /// <summary>A stack of records.</summary>
    /// <inheritdoc cref="GetList{T}(string)" path="/typeparam"/>
    /// <inheritdoc cref="GetList{T}(string)" path="/remarks"/>
    /// <exception cref="ArgumentException">The stored stack has items of another size; the message says both
    /// sizes.</exception>
    public VMemStack<T> GetStack<T>(string name)
        where T : unmanaged => NamedLists.Stack<T>(_context, name);

    /// <summary>A text of any length.</summary>
    /// <remarks>It comes into being with its first write; until then it reads as empty.</remarks>
    public VMemString GetString(string name) => NamedLists.String(_context, name);

    /// <summary>
    /// Deletes a list with its items; false when there is none. Structures whose states lie in its items are to be
    /// cleared before.
    /// </summary>
    public bool DropList(string name) => DropStatement.Run(_context, CatalogKind.List, name);

    /// <inheritdoc cref="DropList"/>
    public ValueTask<bool> DropListAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.List, name, cancellationToken);

    /// <summary>
    /// Deletes a stack with its items; false when there is none. Structures whose states lie in its items are to be
    /// cleared before.
    /// </summary>
    public bool DropStack(string name) => DropStatement.Run(_context, CatalogKind.Stack, name);

    /// <inheritdoc cref="DropStack"/>
    public ValueTask<bool> DropStackAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.Stack, name, cancellationToken);

    /// <summary>Deletes a string with its text; false when there is none.</summary>
    public bool DropString(string name) => DropStatement.Run(_context, CatalogKind.String, name);

    /// <inheritdoc cref="DropString"/>
    public ValueTask<bool> DropStringAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.String, name, cancellationToken);
}

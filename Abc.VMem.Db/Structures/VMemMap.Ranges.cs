using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Changing many entries of a map at once: one transaction where none is given.</summary>
public sealed partial class VMemMap
{
    /// <summary>
    /// Removes the entries whose keys are at least the first and below the second. Cheap: whole pages go back at once,
    /// and three or four pages a level are rewritten, whatever the range.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public long RemoveRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        RemoveRange(from.ToArray(), to.ToArray());

    /// <summary>As <see cref="RemoveRange(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, without blocking a
    /// thread.</summary>
    public ValueTask<long> RemoveRangeAsync(
        ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to, CancellationToken cancellationToken = default) =>
        ChangeAsync((from.ToArray(), to.ToArray()), RemoveAll, cancellationToken);

    internal long RemoveRange(byte[] from, byte[] to) => Change((from, to), RemoveAll);

    /// <summary>Removes an entry that has the given value; false, and no change, otherwise.</summary>
    internal bool RemoveEqual(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ValueBuffer buffer)
    {
        var pages = _scope.EnterWrite();
        try
        {
            bool removed = Locator.TryFind(pages, out var state)
                && BTree.TryGet(pages, state, key, buffer)
                && buffer.Span.SequenceEqual(value)
                && BTree.Remove(pages, state, key);
            _scope.ExitWrite(pages);
            return removed;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>Runs a change of several steps; when one fails after another, none stays.</summary>
    internal TResult Change<TArgument, TResult>(
        TArgument argument, Func<PageWriter, StateLocator, TArgument, TResult> change)
    {
        var pages = _scope.EnterWrite();
        try
        {
            var result = RunWhole(pages, argument, change);
            _scope.ExitWrite(pages);
            return result;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <inheritdoc cref="Change"/>
    internal async ValueTask<TResult> ChangeAsync<TArgument, TResult>(
        TArgument argument,
        Func<PageWriter, StateLocator, TArgument, TResult> change,
        CancellationToken cancellationToken)
    {
        var pages = await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = RunWhole(pages, argument, change);
            await _scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    private static long RemoveAll(PageWriter pages, StateLocator locator, (byte[] From, byte[] To) range) =>
        locator.TryFind(pages, out var state) ? BTree.RemoveRange(pages, state, range.From, range.To) : 0;

    private TResult RunWhole<TArgument, TResult>(
        PageWriter pages, TArgument argument, Func<PageWriter, StateLocator, TArgument, TResult> change)
    {
        var changes = pages.ChangeCount;
        try
        {
            return change(pages, Locator, argument);
        }
        catch (Exception exception) when (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
            throw;
        }
    }
}

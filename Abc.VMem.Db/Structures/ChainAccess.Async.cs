namespace Abc.VMem.Db.Structures;

/// <summary>Calls that block no thread while they wait for the writer's place, or for the disk.</summary>
internal sealed partial class ChainAccess
{
    /// <summary>As <see cref="Change"/>, without blocking a thread.</summary>
    public async ValueTask<TResult> ChangeAsync<TArgs, TResult>(
        TArgs args, ChainChanging<TArgs, TResult> change, CancellationToken cancellationToken)
    {
        var scope = Scope;
        var pages = await scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        var changes = pages.ChangeCount;
        try
        {
            var before = _home.Read(pages, out var place);
            var state = before;
            var result = change(pages, ref state, args);
            Keep(pages, place, in before, in state);
            await scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception)
        {
            Abandon(scope, pages, changes, exception);
            throw;
        }
    }
}

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Calls that are asynchronous by their form only: pages are read in place, so there is nothing to wait for.
/// </summary>
internal static class CompletedCall
{
    /// <summary>Runs a call on this thread. What it throws, a cancellation too, is in the task.</summary>
    public static async ValueTask<TResult> Run<TArgs, TResult>(
        TArgs args, Func<TArgs, TResult> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await default(ValueTask).ConfigureAwait(false);
        return call(args);
    }
}

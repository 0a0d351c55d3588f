using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// One writing call. It prepares outside the writer's place what it can, then runs inside: checks everything first,
/// then touches pages. A statement that throws has changed nothing, or has doomed its transaction.
/// </summary>
internal abstract class Statement
{
    /// <summary>Encodes what does not need the writer's place.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Checks and changes; a failure after the first page write dooms the transaction.</summary>
    public abstract void Execute(PageWriter pages);

    /// <summary>Takes back what was changed in the caller's objects, after a failure.</summary>
    public virtual void Undo()
    {
    }

    /// <summary>Runs in a scope, committing an implicit transaction.</summary>
    public void Run(DatabaseContext context)
    {
        PageWriter pages;
        try
        {
            if (!context.IsTransaction)
            {
                Prepare();
            }

            pages = context.Scope.EnterWrite();
            ExecuteIn(context.Scope, pages);
        }
        catch
        {
            Undo();
            throw;
        }

        Exit(context.Scope, pages);
    }

    /// <summary>As <see cref="Run"/>, without blocking a thread while it waits.</summary>
    public async ValueTask RunAsync(DatabaseContext context, CancellationToken cancellationToken)
    {
        PageWriter pages;
        try
        {
            if (!context.IsTransaction)
            {
                Prepare();
            }

            pages = await context.Scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
            ExecuteIn(context.Scope, pages);
        }
        catch
        {
            Undo();
            throw;
        }

        try
        {
            await context.Scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            context.Scope.AbandonWrite(pages);
            throw;
        }
    }

    private void ExecuteIn(PageScope scope, PageWriter pages)
    {
        try
        {
            Execute(pages);
        }
        catch
        {
            scope.AbandonWrite(pages);
            throw;
        }
    }

    // A commit that failed may still have become durable: nothing is undone in the caller's objects.
    private static void Exit(PageScope scope, PageWriter pages)
    {
        try
        {
            scope.ExitWrite(pages);
        }
        catch
        {
            scope.AbandonWrite(pages);
            throw;
        }
    }
}

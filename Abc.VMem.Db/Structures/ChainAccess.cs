using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Reads something of a chain of pages.</summary>
internal delegate TResult ChainReading<TArgs, TResult>(PageReader pages, in ChainState state, TArgs args)
    where TArgs : allows ref struct;

/// <summary>Changes a chain of pages, its state too.</summary>
internal delegate TResult ChainChanging<TArgs, TResult>(PageWriter pages, ref ChainState state, TArgs args)
    where TArgs : allows ref struct;

/// <summary>Joins two chains of pages.</summary>
internal delegate TResult ChainJoining<TArgs, TResult>(
    PageWriter pages, ref ChainState state, ref ChainState other, TArgs args);

/// <summary>The calls of one structure: each enters its scope, works on the state, keeps it and leaves.</summary>
internal sealed partial class ChainAccess
{
    private readonly PageSource _source;
    private readonly ChainHome _home;

    /// <summary>Prepares calls; only a <see cref="PageScope"/> can be changed.</summary>
    public ChainAccess(PageSource source, ChainHome home)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _home) = (source, home);
    }

    /// <summary>Where it reads.</summary>
    public PageSource Source => _source;

    /// <summary>Where it writes.</summary>
    public PageScope Scope => (PageScope)_source;

    /// <summary>Where the state is.</summary>
    public ChainHome Home => _home;

    /// <summary>Runs a call that reads.</summary>
    public TResult Read<TArgs, TResult>(TArgs args, ChainReading<TArgs, TResult> read)
        where TArgs : allows ref struct
    {
        var pages = _source.EnterRead();
        try
        {
            return read(pages, _home.Read(pages), args);
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    /// <summary>Runs a call that writes. What fails after the first page write leaves only rollback.</summary>
    public TResult Change<TArgs, TResult>(TArgs args, ChainChanging<TArgs, TResult> change)
        where TArgs : allows ref struct
    {
        var scope = Scope;
        var pages = scope.EnterWrite();
        var changes = pages.ChangeCount;
        try
        {
            var before = _home.Read(pages, out var place);
            var state = before;
            var result = change(pages, ref state, args);
            Keep(pages, place, in before, in state);
            scope.ExitWrite(pages);
            return result;
        }
        catch (Exception exception)
        {
            Abandon(scope, pages, changes, exception);
            throw;
        }
    }

    /// <summary>Runs a call that moves all pages of another structure of the same scope into this one.</summary>
    /// <param name="other">The other structure.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="check">Refuses arguments, before anything is changed.</param>
    /// <param name="join">Moves the pages.</param>
    /// <exception cref="ArgumentException">They are one structure, or belong to different scopes.</exception>
    public TResult Join<TArgs, TResult>(
        ChainAccess other, TArgs args, ChainReading<TArgs, int> check, ChainJoining<TArgs, TResult> join)
    {
        if (!ReferenceEquals(_source, other._source))
        {
            throw new ArgumentException(
                "Both structures must be of the same pool or transaction: construct them with the same object.");
        }

        var scope = Scope;
        var pages = scope.EnterWrite();
        var changes = pages.ChangeCount;
        try
        {
            var before = _home.Read(pages, out var place);
            var otherBefore = other._home.Read(pages, out var otherPlace);
            if (_home.IsSame(pages, other._home))
            {
                throw new ArgumentException("A structure can't be spliced into itself.");
            }

            check(pages, in before, args);
            LinkedChain.RequireRoom(in before, otherBefore.PageCount);

            // First, as it may lie in an item of this structure that is moved.
            other.Keep(pages, otherPlace, in otherBefore, otherBefore with { PageCount = 0, ItemCount = 0 });
            var (state, otherState) = (before, otherBefore);
            var result = join(pages, ref state, ref otherState, args);
            Keep(pages, place, in before, in state);
            scope.ExitWrite(pages);
            return result;
        }
        catch (Exception exception)
        {
            Abandon(scope, pages, changes, exception);
            throw;
        }
    }

    private static void Abandon(PageScope scope, PageWriter pages, long changes, Exception exception)
    {
        if (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
        }

        scope.AbandonWrite(pages);
    }

    private void Keep(PageWriter pages, PageAddress place, in ChainState before, in ChainState state)
    {
        if (!state.IsSame(in before))
        {
            _home.Write(pages, place, in state);
        }
    }
}

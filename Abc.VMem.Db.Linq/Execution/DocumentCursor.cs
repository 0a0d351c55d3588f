namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Walks candidates by their keys and loads a document only when it is asked for. Holds no pin between moves.
/// </summary>
internal abstract class DocumentCursor : IDisposable
{
    /// <summary>Encoded primary key of the candidate; valid until the next move.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>Whether only loading a candidate tells whether it exists.</summary>
    public virtual bool MustLoad => false;

    /// <summary>Moves on; false at the end.</summary>
    public abstract bool MoveNext();

    /// <summary>The candidate's document, valid until the next move; false when there is none.</summary>
    public abstract bool TryLoad(out ReadOnlyMemory<byte> document);

    /// <summary>Ends the walk.</summary>
    public void Dispose() => Close();

    /// <summary>Ends the walk.</summary>
    protected virtual void Close()
    {
    }
}

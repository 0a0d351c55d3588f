namespace Abc.VMem.Db;

/// <summary>
/// Base of everything the database throws that is not a caller's mistake (those are argument exceptions).
/// </summary>
public abstract class VMemDbException : Exception
{
    /// <summary>Creates the exception with a message that says what, where and what to do.</summary>
    protected VMemDbException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

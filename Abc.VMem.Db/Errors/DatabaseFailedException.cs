namespace Abc.VMem.Db;

/// <summary>
/// A write or flush failed earlier: the database refuses all work until it is closed and opened again.
/// </summary>
public sealed class DatabaseFailedException : VMemDbException
{
    /// <summary>Creates the exception around the failure that caused it.</summary>
    public DatabaseFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

namespace Abc.VMem.Db;

/// <summary>A document, key or member can't be stored or read as its type; the message names the member.</summary>
public sealed class DocumentException : VMemDbException
{
    /// <summary>
    /// Creates the exception; <paramref name="member"/> is the path of the member, such as "Order.Lines[].Price".
    /// </summary>
    public DocumentException(string member, string message, Exception? inner = null)
        : base(message, inner)
    {
        Member = member;
    }

    /// <summary>Path of the member.</summary>
    public string Member { get; }
}

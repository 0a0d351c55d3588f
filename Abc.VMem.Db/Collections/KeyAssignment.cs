namespace Abc.VMem.Db.Collections;

/// <summary>What happens to a document whose key has its type's default value.</summary>
internal enum KeyAssignment
{
    /// <summary>It is stored under that key; a null is refused.</summary>
    None,

    /// <summary>It gets the next number, also in the document.</summary>
    Identity,

    /// <summary>It gets a new Guid of version 7, also in the document.</summary>
    Guid,
}

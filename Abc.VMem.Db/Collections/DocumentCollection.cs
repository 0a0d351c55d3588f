using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db;

/// <summary>A named collection of documents in one database, transaction or snapshot.</summary>
/// <typeparam name="T">Type of the documents.</typeparam>
public class DocumentCollection<T>
{
    /// <summary>Name of the collection.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>Member path of the key as the application's code declares it; null for a computed key.</summary>
    internal FieldPath? KeyPath => throw new NotImplementedException();

    /// <summary>Encodes and decodes the documents.</summary>
    internal DocumentSerializer<T> Serializer => throw new NotImplementedException();

    /// <summary>Opens the collection for one query; a collection that does not exist yet reads as empty.</summary>
    internal CollectionReader OpenReader() => throw new NotImplementedException();

    /// <summary>Deletes by encoded primary keys, in one transaction; returns how many were there. For ExecuteDelete and DeleteMany.</summary>
    internal long DeleteEncoded(IReadOnlyList<byte[]> primaryKeys) => throw new NotImplementedException();
}

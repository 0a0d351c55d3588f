using System.Collections;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Verification;

/// <summary>
/// All documents of a collection as a sequence, in the order of their keys. Each enumeration decodes them anew: a
/// document that is read twice is two objects.
/// </summary>
internal sealed class DocumentList<T>(CollectionReader reader, DocumentSerializer<T> serializer) : IEnumerable<T>
{
    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        using var scan = reader.Scan(KeyRange.All, descending: false);
        while (scan.MoveNext())
        {
            yield return serializer.Decode(scan.Document, reader.Definition.Schema);
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class CompiledQuery<T, TRow>
{
    /// <summary>Whether the query asks for one document by its key, and ends with it.</summary>
    private readonly bool _isPoint = documents.Point is not null && tail is null && parts.Slices.Count == 0
        && parts.End is QueryEnd.First or QueryEnd.FirstOrDefault or QueryEnd.Single or QueryEnd.SingleOrDefault
            or QueryEnd.Last or QueryEnd.LastOrDefault;

    /// <summary>Runs such a query; false when only the long way knows what its value means.</summary>
    private bool TryPoint(CollectionReader reader, QueryArguments arguments, out TRow? row)
    {
        var buffer = WorkBuffers.TakeDocument();
        try
        {
            row = default;
            if (documents.Point!.TryFetch(reader, arguments, buffer) is not { } isThere)
            {
                return false;
            }

            if (isThere)
            {
                row = factory.Make(documents.View(reader, buffer.Memory), arguments);
                return true;
            }
        }
        finally
        {
            WorkBuffers.Return(buffer);
        }

        return parts.End is QueryEnd.FirstOrDefault or QueryEnd.SingleOrDefault or QueryEnd.LastOrDefault
            ? true
            : throw new InvalidOperationException("Sequence contains no elements");
    }
}

using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Prepares conditions for a document's bytes.</summary>
internal static class ByteConditionBuilder
{
    /// <summary>The condition on bytes; null when a part of it needs the decoded document.</summary>
    public static ByteCondition? TryBuild(Condition condition, DocumentSchema schema)
    {
        _ = condition;
        _ = schema;
        return null;
    }
}

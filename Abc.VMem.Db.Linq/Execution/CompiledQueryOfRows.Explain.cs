using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class CompiledQuery<T, TRow>
{
    /// <inheritdoc/>
    public override void Explain(PlanText text, CollectionReader reader, QueryArguments arguments, RunReport? report)
    {
    }
}

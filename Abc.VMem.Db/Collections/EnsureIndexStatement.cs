using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>Creates an index that is not there yet, over the documents that are.</summary>
internal sealed class EnsureIndexStatement<T>(
    DocumentCollection<T> collection,
    IReadOnlyList<FieldPath> paths,
    IndexOptions options,
    CancellationToken cancellationToken) : Statement
{
    /// <summary>Whether it was created now.</summary>
    public bool IsCreated { get; private set; }

    /// <summary>Looks, without the writer's place, whether the index is there already.</summary>
    /// <exception cref="ArgumentException">The index can't be made, or another one has its name.</exception>
    public bool IsDefined()
    {
        var pages = collection.Context.Scope.EnterRead();
        try
        {
            return IsDefined(collection.Bind(pages), out _);
        }
        finally
        {
            collection.Context.Scope.ExitRead(pages);
        }
    }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        var binding = collection.Bind(pages);
        if (!IsDefined(binding, out var index))
        {
            IndexBuild.Run(pages, collection.Context, binding, index, options.Progress, cancellationToken);
            IsCreated = true;
        }
    }

    private bool IsDefined(CollectionBinding binding, out IndexDefinition index)
    {
        index = IndexProposal.Make(binding, paths, options);
        return IndexProposal.IsDefined(binding.Definition, index);
    }
}

using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Keys of the documents that one statement is about, any number of them: those that do not fit in memory are sorted
/// in temporary pages. Not thread-safe.
/// </summary>
internal sealed class KeySet : IDisposable
{
    private readonly WorkGrant _work;
    private readonly TemporarySpace _space;
    private readonly RunSorter _sorter;

    /// <summary>Starts empty.</summary>
    public KeySet(DatabaseContext context)
    {
        _work = context.Work.Take();
        _space = new TemporarySpace(context.Scope);
        _sorter = new RunSorter(() => _space.Pages, _work.Bytes, _work.Bytes);
    }

    /// <summary>Adds an encoded key.</summary>
    public void Add(ReadOnlySpan<byte> key) => _sorter.Add(key, []);

    /// <summary>Ends the adding and walks the keys in order, once; one that was added twice comes twice.</summary>
    public SortedItems Open() => _sorter.Open();

    /// <inheritdoc/>
    public void Dispose()
    {
        _space.Dispose();
        _work.Dispose();
    }
}

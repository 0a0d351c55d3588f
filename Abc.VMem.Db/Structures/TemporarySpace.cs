using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Temporary pages of one operation, opened when they are needed first. Dispose gives them back.</summary>
internal sealed class TemporarySpace(PageScope scope) : IDisposable
{
    private TemporaryPages? _pages;

    /// <summary>The pages.</summary>
    public PageWriter Pages => _pages ??= scope.OpenTemporary();

    /// <inheritdoc/>
    public void Dispose()
    {
        _pages?.Dispose();
        _pages = null;
    }
}

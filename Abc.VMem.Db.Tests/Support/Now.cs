namespace Abc.VMem.Db.Tests.Support;

/// <summary>Progress on the thread that reports, as it comes.</summary>
internal sealed class Now<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}

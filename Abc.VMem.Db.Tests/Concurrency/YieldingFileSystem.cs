using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>Files that let other threads in before and after each call, and whose flushes take time.</summary>
internal sealed class YieldingFileSystem(IFileSystem inner, int seed) : IFileSystem
{
    public bool Exists(string path) => inner.Exists(path);

    public IStorageFile Open(string path, FileOpening opening) => new Yielding(this, inner.Open(path, opening));

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path)
    {
        Yield(rarely: 4);
        inner.Delete(path);
    }

    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    private void Yield(int rarely) => RandomPause.Take(seed, rarely);

    private sealed class Yielding(YieldingFileSystem files, IStorageFile inner) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset)
        {
            files.Yield(rarely: 24);
            var count = inner.Read(destination, offset);
            files.Yield(rarely: 24);
            return count;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            files.Yield(rarely: 8);
            inner.Write(source, offset);
            files.Yield(rarely: 8);
        }

        public void Flush()
        {
            files.Yield(rarely: 2);
            inner.Flush();
            files.Yield(rarely: 2);
        }

        public void SetLength(long length)
        {
            files.Yield(rarely: 2);
            inner.SetLength(length);
        }

        public void Dispose() => inner.Dispose();
    }
}

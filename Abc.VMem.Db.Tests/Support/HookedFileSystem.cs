using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Files in memory, with a look-in at each call.</summary>
internal sealed class HookedFileSystem : IFileSystem
{
    private readonly MemoryFileSystem _inner = new();

    /// <summary>Returns true when it has written itself.</summary>
    public Func<IStorageFile, byte[], long, bool>? Writing { get; set; }

    public Action<string, long, long>? WritingTo { get; set; }

    public Action<string>? Flushing { get; set; }

    public Action<string>? Deleting { get; set; }

    public bool Exists(string path) => _inner.Exists(path);

    public IStorageFile Open(string path, FileOpening opening) => new Hooked(this, _inner.Open(path, opening), path);

    public void Rename(string from, string to) => _inner.Rename(from, to);

    public void Delete(string path)
    {
        Deleting?.Invoke(path);
        _inner.Delete(path);
    }

    public void SyncDirectory(string path)
    {
    }

    /// <summary>What is in the files now, as after a crash of the process.</summary>
    public MemoryFileSystem Copy(params string[] paths)
    {
        var copy = new MemoryFileSystem();
        foreach (var path in paths.Where(_inner.Exists))
        {
            var from = _inner.Open(path, FileOpening.Exclusive);
            var bytes = new byte[from.Length];
            from.Read(bytes, 0);
            copy.Open(path, FileOpening.CreateNew).Write(bytes, 0);
        }

        return copy;
    }

    public void Flip(string path, long offset)
    {
        var file = _inner.Open(path, FileOpening.Exclusive);
        var one = new byte[1];
        file.Read(one, offset);
        one[0] ^= 1;
        file.Write(one, offset);
    }

    private sealed class Hooked(HookedFileSystem files, IStorageFile inner, string path) : IStorageFile
    {
        public string Path => path;

        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset) => inner.Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            files.WritingTo?.Invoke(path, inner.Length, offset);
            if (files.Writing is not { } hook || !hook(inner, source.ToArray(), offset))
            {
                inner.Write(source, offset);
            }
        }

        public void Flush() => files.Flushing?.Invoke(path);

        public void SetLength(long length) => inner.SetLength(length);

        public void Dispose() => inner.Dispose();
    }
}

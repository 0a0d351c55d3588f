using System.Collections.Concurrent;

namespace Abc.VMem.Db.Paging;

/// <summary>Files that live and end with this object: what a database in memory runs on.</summary>
internal sealed class MemoryFileSystem : IFileSystem
{
    private readonly ConcurrentDictionary<string, MemoryFile> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Exists(string path) => _files.ContainsKey(path);

    /// <inheritdoc/>
    public IStorageFile Open(string path, FileOpening opening)
    {
        if (opening is FileOpening.CreateNew or FileOpening.CreateTemporary)
        {
            var created = new MemoryFile(path);
            return _files.TryAdd(path, created) ? created : throw new IOException($"'{path}' exists.");
        }

        return _files.TryGetValue(path, out var file)
            ? file
            : throw new DatabaseOpenException(OpenFailure.NotFound, path, $"There is no file at '{path}' in memory.");
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (!_files.TryRemove(from, out var file))
        {
            throw new FileNotFoundException("There is no such file in memory.", from);
        }

        file.Path = to;
        _files[to] = file;
    }

    /// <inheritdoc/>
    public void Delete(string path) => _files.TryRemove(path, out _);

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
    }

    /// <summary>A file in chunks, so that growth copies nothing.</summary>
    private sealed class MemoryFile(string path) : IStorageFile
    {
        private const int ChunkBytes = 64 * 1024;

        private readonly Lock _lock = new();
        private readonly List<byte[]?> _chunks = [];
        private long _length;

        public string Path { get; set; } = path;

        public long Length
        {
            get
            {
                lock (_lock)
                {
                    return _length;
                }
            }
        }

        public int Read(Span<byte> destination, long offset)
        {
            lock (_lock)
            {
                var total = (int)Math.Clamp(_length - offset, 0, destination.Length);
                for (var done = 0; done < total;)
                {
                    var (chunk, start) = Locate(offset + done);
                    var part = destination[done..Math.Min(total, done + ChunkBytes - start)];
                    if (chunk is null)
                    {
                        part.Clear();
                    }
                    else
                    {
                        chunk.AsSpan(start, part.Length).CopyTo(part);
                    }

                    done += part.Length;
                }

                return total;
            }
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            lock (_lock)
            {
                Resize(Math.Max(_length, offset + source.Length));
                for (var done = 0; done < source.Length;)
                {
                    var index = (int)((offset + done) / ChunkBytes);
                    var start = (int)((offset + done) % ChunkBytes);
                    var part = source[done..Math.Min(source.Length, done + ChunkBytes - start)];
                    part.CopyTo((_chunks[index] ??= new byte[ChunkBytes]).AsSpan(start));
                    done += part.Length;
                }
            }
        }

        public void Flush()
        {
        }

        public void SetLength(long length)
        {
            lock (_lock)
            {
                var (chunk, start) = length < _length && length % ChunkBytes != 0 ? Locate(length) : default;
                chunk?.AsSpan(start).Clear();
                Resize(length);
            }
        }

        public void Dispose()
        {
        }

        private (byte[]? Chunk, int Start) Locate(long offset) =>
            (_chunks[(int)(offset / ChunkBytes)], (int)(offset % ChunkBytes));

        private void Resize(long length)
        {
            var count = (int)((length + ChunkBytes - 1) / ChunkBytes);
            if (count < _chunks.Count)
            {
                _chunks.RemoveRange(count, _chunks.Count - count);
            }

            while (_chunks.Count < count)
            {
                _chunks.Add(null);
            }

            _length = length;
        }
    }
}

using System.IO.Hashing;
using System.Text;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// The disk of one case: files in arrays that are used again for the next case. It stops a program that reads or writes
/// without an end, and knows which files are still open. Not thread-safe.
/// </summary>
internal sealed class DamagedFiles : IFileSystem
{
    /// <summary>No file of a case has a reason to grow so far.</summary>
    private const int MaxFileBytes = 64 << 20;

    private readonly SortedDictionary<string, Content> _files = new(StringComparer.Ordinal);
    private readonly Stack<Content> _spare = new();
    private long _bytesRead;

    /// <summary>Most bytes that may be read before the case counts as endless.</summary>
    public long MaxBytesRead { get; set; } = long.MaxValue;

    /// <summary>Called at each flush, with the file's name.</summary>
    public Action<string>? Flushing { get; set; }

    /// <summary>Files that were opened and not closed.</summary>
    public int OpenHandles { get; private set; }

    /// <summary>Names, in ordinal order.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>Bytes of all files.</summary>
    public long TotalBytes => _files.Values.Sum(content => (long)content.Length);

    /// <summary>The bytes of a file, to be damaged.</summary>
    public Span<byte> this[string path] => _files[path].Bytes.AsSpan(0, _files[path].Length);

    /// <summary>Makes the disk hold these files and no others.</summary>
    public void Load(IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (var content in _files.Values)
        {
            _spare.Push(content);
        }

        _files.Clear();
        foreach (var (path, bytes) in files)
        {
            Put(path, bytes);
        }

        (_bytesRead, OpenHandles, MaxBytesRead) = (0, 0, long.MaxValue);
    }

    /// <summary>Makes a file hold these bytes.</summary>
    public void Put(string path, ReadOnlySpan<byte> bytes)
    {
        var content = Add(path);
        content.Resize(0);
        content.Resize(bytes.Length);
        bytes.CopyTo(content.Bytes);
    }

    /// <summary>Cuts a file, or makes it longer with zeros.</summary>
    public void Resize(string path, int length) => _files[path].Resize(length);

    /// <summary>What the files hold, as one number.</summary>
    public ulong Digest()
    {
        var hash = new XxHash3();
        foreach (var (path, content) in _files)
        {
            hash.Append(Encoding.UTF8.GetBytes(path));
            hash.Append(BitConverter.GetBytes(content.Length));
            hash.Append(content.Bytes.AsSpan(0, content.Length));
        }

        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>A copy of what the files hold.</summary>
    public Dictionary<string, byte[]> ToDictionary() =>
        _files.ToDictionary(file => file.Key, file => file.Value.Bytes.AsSpan(0, file.Value.Length).ToArray());

    /// <inheritdoc/>
    public bool Exists(string path) => _files.ContainsKey(path);

    /// <inheritdoc/>
    public IStorageFile Open(string path, FileOpening opening)
    {
        var isNew = opening is FileOpening.CreateNew or FileOpening.CreateTemporary;
        if (isNew == _files.ContainsKey(path))
        {
            throw new DatabaseOpenException(
                isNew ? OpenFailure.Other : OpenFailure.NotFound,
                path,
                $"'{path}' {(isNew ? "exists" : "is missing")}.");
        }

        OpenHandles++;
        return new Handle(this, path, isNew ? Add(path) : _files[path]);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        _files.Remove(from, out var content);
        _files[to] = content ?? throw new FileNotFoundException("There is no such file.", from);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (_files.Remove(path, out var content))
        {
            // Not used again at once: it may still be open.
            content.Resize(content.Length);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
    }

    private Content Add(string path)
    {
        if (!_files.TryGetValue(path, out var content))
        {
            content = _spare.Count > 0 ? _spare.Pop() : new Content();
            content.Resize(0);
            _files.Add(path, content);
        }

        return content;
    }

    private sealed class Content
    {
        public byte[] Bytes { get; private set; } = new byte[1 << 18];

        public int Length { get; private set; }

        public void Resize(long length)
        {
            if (length > MaxFileBytes)
            {
                throw new EndlessCaseException($"a file grows to {length} bytes");
            }

            if (length > Bytes.Length)
            {
                var bytes = new byte[Math.Max(length, 2L * Bytes.Length)];
                Bytes.AsSpan(0, Length).CopyTo(bytes);
                Bytes = bytes;
            }

            // What an earlier case left behind the end reads as zeros.
            if (length > Length)
            {
                Bytes.AsSpan(Length, (int)length - Length).Clear();
            }

            Length = (int)length;
        }
    }

    private sealed class Handle(DamagedFiles files, string path, Content content) : IStorageFile
    {
        private bool _isOpen = true;

        public string Path => path;

        public long Length => content.Length;

        public int Read(Span<byte> destination, long offset)
        {
            var count = (int)Math.Clamp(content.Length - offset, 0, destination.Length);
            if (offset >= 0 && count > 0)
            {
                content.Bytes.AsSpan((int)offset, count).CopyTo(destination);
            }

            files._bytesRead += destination.Length;
            if (files._bytesRead > files.MaxBytesRead)
            {
                throw new EndlessCaseException($"{files._bytesRead} bytes were read");
            }

            return offset < 0 ? throw new ArgumentOutOfRangeException(nameof(offset)) : count;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            content.Resize(Math.Max(content.Length, offset + source.Length));
            source.CopyTo(content.Bytes.AsSpan((int)offset));
        }

        public void Flush() => files.Flushing?.Invoke(path);

        public void SetLength(long length) => content.Resize(length);

        public void Dispose()
        {
            files.OpenHandles -= _isOpen ? 1 : 0;
            _isOpen = false;
        }
    }
}

/// <summary>A case that reads, writes or runs without an end. Nothing may catch it.</summary>
internal sealed class EndlessCaseException(string message) : Exception(message);

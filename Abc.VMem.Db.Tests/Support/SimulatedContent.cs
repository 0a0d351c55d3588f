using System.IO.Hashing;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Bytes of a simulated file in blocks that copies share until one of them writes. Not thread-safe.</summary>
internal sealed class SimulatedContent
{
    private const int BlockBytes = 4096;
    private static readonly ulong s_zeros = XxHash3.HashToUInt64(new byte[BlockBytes]);

    /// <summary>Blocks whose owner is another object are shared; null stands for zeros.</summary>
    private readonly List<Block?> _blocks;
    private object _owner = new();

    public SimulatedContent()
        : this([])
    {
    }

    private SimulatedContent(List<Block?> blocks) => _blocks = blocks;

    /// <summary>Length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>A copy; both sides go on sharing what neither of them changes.</summary>
    public SimulatedContent Copy()
    {
        _owner = new object();
        return new([.. _blocks]) { Length = Length };
    }

    /// <summary>
    /// Adds length and bytes to a hash. A block's own hash is computed once for all contents that share it.
    /// </summary>
    public void AddTo(XxHash128 hash)
    {
        Span<ulong> words = stackalloc ulong[2];
        (words[0], words[1]) = ((ulong)Length, ulong.MaxValue);
        hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words));
        for (var i = 0; i < _blocks.Count; i++)
        {
            if (_blocks[i] is { } block && block.Hash is var own && own != s_zeros)
            {
                (words[0], words[1]) = ((ulong)i, own);
                hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words));
            }
        }
    }

    /// <summary>Reads what lies below the length; returns the bytes read.</summary>
    public int Read(Span<byte> destination, long offset)
    {
        var total = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (var done = 0; done < total;)
        {
            var (index, start) = Locate(offset + done);
            var part = destination[done..Math.Min(total, done + BlockBytes - start)];
            if (index < _blocks.Count && _blocks[index] is { } block)
            {
                block.Bytes.AsSpan(start, part.Length).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += part.Length;
        }

        return total;
    }

    /// <summary>Writes bytes without changing the length: beyond it they wait for <see cref="SetLength"/>.</summary>
    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        while (!source.IsEmpty)
        {
            var (index, start) = Locate(offset);
            var part = source[..Math.Min(source.Length, BlockBytes - start)];
            if (HasBlock(index) || part.ContainsAnyExcept((byte)0))
            {
                part.CopyTo(OwnBlock(index).AsSpan(start));
            }

            source = source[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>Sets the length; with <paramref name="cut"/> what lies beyond it is zero from now on.</summary>
    public void SetLength(long length, bool cut)
    {
        Length = length;
        var (index, start) = Locate(length);
        if (!cut || index >= _blocks.Count)
        {
            return;
        }

        if (HasBlock(index) && _blocks[index]!.Bytes.AsSpan(start).ContainsAnyExcept((byte)0))
        {
            OwnBlock(index).AsSpan(start).Clear();
        }

        _blocks.RemoveRange(index + 1, _blocks.Count - index - 1);
    }

    private static (int Index, int Start) Locate(long offset) =>
        ((int)(offset / BlockBytes), (int)(offset % BlockBytes));

    private bool HasBlock(int index) => index < _blocks.Count && _blocks[index] is not null;

    private byte[] OwnBlock(int index)
    {
        while (_blocks.Count <= index)
        {
            _blocks.Add(null);
        }

        if (_blocks[index] is not { } block || block.Owner != _owner)
        {
            block = new(_blocks[index]?.Bytes.ToArray() ?? new byte[BlockBytes], _owner);
            _blocks[index] = block;
        }

        block.Forget();
        return block.Bytes;
    }

    /// <summary>Bytes, and who may write them.</summary>
    private sealed class Block(byte[] bytes, object owner)
    {
        private ulong _hash;
        private bool _isHashed;

        public byte[] Bytes => bytes;

        public object Owner => owner;

        public ulong Hash
        {
            get
            {
                if (!_isHashed)
                {
                    (_hash, _isHashed) = (XxHash3.HashToUInt64(bytes), true);
                }

                return _hash;
            }
        }

        public void Forget() => _isHashed = false;
    }
}

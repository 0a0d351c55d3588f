namespace Abc.VMem.Db.Tests.Support;

/// <summary>Bytes of a simulated file in blocks that copies share until one of them writes. Not thread-safe.</summary>
internal sealed class SimulatedContent
{
    private const int BlockBytes = 4096;

    /// <summary>Blocks whose owner is another object are shared; null stands for zeros.</summary>
    private readonly List<(byte[] Bytes, object Owner)?> _blocks = [];
    private object _owner = new();

    /// <summary>Length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>A copy; both sides go on sharing what neither of them changes.</summary>
    public SimulatedContent Copy()
    {
        _owner = new object();
        var copy = new SimulatedContent { Length = Length };
        copy._blocks.AddRange(_blocks);
        return copy;
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

        if (HasBlock(index))
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
            block = (_blocks[index]?.Bytes.ToArray() ?? new byte[BlockBytes], _owner);
            _blocks[index] = block;
        }

        return block.Bytes;
    }
}

namespace Abc.VMem.Db.Tests.Support;

/// <summary>What the open files do.</summary>
internal sealed partial class SimulatedFileSystem
{
    /// <summary>A read through a handle.</summary>
    internal int Read(SimulatedFile file, Span<byte> destination, long offset)
    {
        lock (_lock)
        {
            ThrowIfCrashed();
            ReadCalls++;
            var fault = Fault is { IsOfRead: true } found && found.IsAt(ReadCalls) ? found.Kind : (FaultKind?)null;
            FaultStruck |= fault is not null and not FaultKind.StaleRead;
            if (fault == FaultKind.ReadError)
            {
                throw new IOException("Simulated error of reading.");
            }

            var count = file.Visible.Read(destination, offset);
            if (fault == FaultKind.MisdirectedRead)
            {
                destination[..count].Clear();
                file.Visible.Read(destination[..count], offset >= 4096 ? offset - 4096 : offset + 4096);
            }
            else if (fault == FaultKind.StaleRead)
            {
                FaultStruck |= file.ReadStale(destination[..count], offset);
            }
            else if (fault == FaultKind.BitFlip && count > 0)
            {
                // The place depends on the call alone, and is spread over the bytes.
                var place = (int)((uint)ReadCalls * 2654435761u % (uint)(count * 8));
                destination[place / 8] ^= (byte)(1 << (place % 8));
            }

            return count;
        }
    }

    /// <summary>A write through a handle.</summary>
    internal void Write(SimulatedFile file, string path, ReadOnlySpan<byte> source, long offset)
    {
        lock (_lock)
        {
            var end = offset + source.Length;
            var effect = GrowingWrite(file, source, offset);
            BeginMutation(new("write", path, offset, source.Length), effect);
            Fail(FaultKind.WriteError);
            if (end > file.Visible.Length)
            {
                Fail(FaultKind.NoSpace);
            }

            if (Strikes(FaultKind.ShortWrite))
            {
                var half = source.Length / 2 / DataEffect.SectorBytes * DataEffect.SectorBytes;
                Apply(GrowingWrite(file, source[..half], offset));
                throw new IOException("Simulated error in the middle of a write.");
            }

            if (Fault is { Kind: FaultKind.StaleRead })
            {
                file.KeepStale(offset, source.Length);
            }

            Apply(effect);
        }
    }

    /// <summary>A new length through a handle.</summary>
    internal void SetLength(SimulatedFile file, string path, long length)
    {
        lock (_lock)
        {
            var effect = new DataEffect(file, 0, [], length, cuts: length < file.Visible.Length);
            BeginMutation(new("set length", path, length), effect);
            Fail(FaultKind.WriteError);
            if (length > file.Visible.Length)
            {
                Fail(FaultKind.NoSpace);
            }

            Apply(effect);
        }
    }

    /// <summary>A flush through a handle.</summary>
    internal void Flush(SimulatedFile file, string path)
    {
        lock (_lock)
        {
            BeginMutation(new("flush", path), null);
            if (Strikes(FaultKind.LyingFlush))
            {
                return;
            }

            var fails = Strikes(FaultKind.FlushFailure) || Strikes(FaultKind.WriteError);
            foreach (var effect in _pending)
            {
                if (!fails && effect is DataEffect data && data.File == file)
                {
                    data.Apply(file.Durable);
                }
            }

            _pending.RemoveAll(effect => effect is DataEffect data && data.File == file);
            file.PendingLength = file.Durable.Length;
            if (fails)
            {
                throw new IOException("Simulated error of a flush; the data is lost.");
            }
        }
    }

    /// <summary>The length that programs see.</summary>
    internal long LengthOf(SimulatedFile file)
    {
        lock (_lock)
        {
            return file.Visible.Length;
        }
    }

    /// <summary>A handle is closed.</summary>
    internal void Close(SimulatedFile file, bool isReadOnly)
    {
        lock (_lock)
        {
            file.IsExclusive &= isReadOnly;
            file.ReaderCount -= isReadOnly ? 1 : 0;
        }
    }

    private static DataEffect GrowingWrite(SimulatedFile file, ReadOnlySpan<byte> source, long offset)
    {
        var end = offset + source.Length;
        return new DataEffect(file, offset, source.ToArray(), end > file.PendingLength ? end : null, cuts: false);
    }
}

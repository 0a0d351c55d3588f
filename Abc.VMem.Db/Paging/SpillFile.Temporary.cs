using System.Buffers.Binary;
using System.IO.Hashing;

namespace Abc.VMem.Db.Paging;

/// <summary>Groups of temporary pages.</summary>
internal sealed partial class SpillFile
{
    /// <summary>Takes a group for temporary pages; touches no file.</summary>
    /// <returns>The first of its slots.</returns>
    public int TakeTemporaryGroup()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _temporaryGroups++;
            return TakeGroup(GroupUse.Temporary) * GroupSlots;
        }
    }

    /// <summary>Gives a group back.</summary>
    /// <param name="first">The first of its slots; all of them were dropped.</param>
    public void ReturnTemporaryGroup(int first)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                ReturnGroup(first / GroupSlots);
                _temporaryGroups--;
                ForgetIfEmpty();
            }
        }
    }

    /// <summary>Writes a temporary page; false when the disk has no room.</summary>
    /// <param name="index">Its slot.</param>
    /// <param name="page">The page; its checksum is set.</param>
    public bool TryWriteTemporary(int index, Span<byte> page)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, XxHash3.HashToUInt64(page[sizeof(ulong)..], index));
        try
        {
            lock (_lock)
            {
                Open();
            }

            WritePage(page, index);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DatabaseOpenException
            or ObjectDisposedException)
        {
            LastFailure = e;
            return false;
        }

        lock (_lock)
        {
            SetWritten(index, isWritten: true);
        }

        return true;
    }

    /// <summary>Reads a temporary page.</summary>
    /// <exception cref="DatabaseFailedException">The file does not hold what was written there.</exception>
    public void ReadTemporary(int index, Span<byte> page)
    {
        ReadExactly(page, PageOffset(index), index);
        if (BinaryPrimitives.ReadUInt64LittleEndian(page) != XxHash3.HashToUInt64(page[sizeof(ulong)..], index))
        {
            throw Damaged(index, "other bytes");
        }
    }

    /// <summary>Forgets a temporary page.</summary>
    public void DropTemporary(int index)
    {
        lock (_lock)
        {
            SetWritten(index, isWritten: false);
        }
    }

    private void SetWritten(int index, bool isWritten)
    {
        if (_isClosed)
        {
            return;
        }

        var (group, bit) = (_groups[index / GroupSlots], 1UL << (index % GroupSlots));
        var written = isWritten ? group.Written | bit : group.Written & ~bit;
        if (written != group.Written)
        {
            _groups[index / GroupSlots] = group with { Written = written };
            _usedCount += isWritten ? 1 : -1;
        }
    }
}

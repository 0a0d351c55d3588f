using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// The temporary file: groups of 64 slots, each group one page of slot descriptions and then 64 pages. Made when it is
/// first needed, removed when nothing is in it; never flushed, worthless after a crash.
/// </summary>
/// <remarks>
/// Taking and giving back slots is thread-safe; a slot's content belongs to whoever took it. A group serves versions,
/// slot by slot, or temporary pages, as a whole: these need no descriptions, because their positions say where they
/// are. Memory is 16 bytes a group, a 16,000th of the file.
/// </remarks>
internal sealed partial class SpillFile(IFileSystem files, string path, Func<Exception, Exception> fail)
    : IDisposable
{
    /// <summary>Slots of a group.</summary>
    public const int GroupSlots = Page.Size / SpillSlot.Bytes;

    private readonly Lock _lock = new();
    private readonly List<Group> _groups = [];
    private readonly Stack<int> _freeGroups = new();
    private IStorageFile? _file;
    private long _fileBytes;
    private int _firstFree;
    private int _slotCount;
    private int _usedCount;
    private int _temporaryGroups;
    private int _torn = -1;
    private bool _isClosed;

    // The group that is filled with versions now.
    private int _versionGroup = -1;
    private int _versionsInGroup;

    /// <summary>Slots in use.</summary>
    public int UsedCount => Volatile.Read(ref _usedCount);

    /// <summary>Slots of all groups that were taken since the file was empty.</summary>
    public int SlotCount => Volatile.Read(ref _slotCount);

    /// <summary>Bytes of the file.</summary>
    public long FileBytes => Interlocked.Read(ref _fileBytes);

    /// <summary>Takes a slot and fills it; false when the disk has no room.</summary>
    /// <param name="slot">Its description; the hashes are set here.</param>
    /// <param name="page">The page.</param>
    /// <param name="index">The slot.</param>
    public bool TryTake(ref SpillSlot slot, ReadOnlySpan<byte> page, out int index)
    {
        lock (Rules.Lock(Rule.SpillLock, _lock))
        {
            index = -1;
            try
            {
                Open();
                var isUsedBefore = _firstFree != 0;
                index = isUsedBefore ? _firstFree - 1 : NextSlot();
                var nextFree = isUsedBefore ? Read(index).Next : 0;
                slot.Checksum = XxHash3.HashToUInt64(page, index);
                WritePage(page, index);
                Describe(index, ref slot);
                _firstFree = nextFree;
                _versionsInGroup += isUsedBefore ? 0 : 1;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DatabaseOpenException
                or ObjectDisposedException)
            {
                (LastFailure, _torn) = (e, index);
                return false;
            }

            _usedCount++;
            _torn = -1;
            return true;
        }
    }

    /// <summary>Why a slot could not be had.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Gives a slot back.</summary>
    public void GiveBack(int index)
    {
        lock (_lock)
        {
            var slot = new SpillSlot { Kind = SpillKind.Free, Next = _firstFree };
            Describe(index, ref slot);
            _firstFree = index + 1;
            _usedCount--;
            ForgetIfEmpty();
        }
    }

    /// <summary>
    /// Removes the file when no slot is in use. One that can't be removed now (another program looks into it) is
    /// removed later, at the latest by the next open.
    /// </summary>
    public void RemoveIfEmpty()
    {
        lock (_lock)
        {
            if (_slotCount == 0 && _file is { } file)
            {
                _file = null;
                Interlocked.Exchange(ref _fileBytes, 0);
                try
                {
                    file.Dispose();
                    files.Delete(path);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    LastFailure = e;
                }
            }
        }
    }

    /// <summary>
    /// Writes the page of a slot that was taken, anew; false when the disk has no room, and then the slot holds
    /// nothing. The description has to be written after it.
    /// </summary>
    public bool TryWritePage(int index, ref SpillSlot slot, ReadOnlySpan<byte> page)
    {
        slot.Checksum = XxHash3.HashToUInt64(page, index);
        try
        {
            WritePage(page, index);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            LastFailure = e;
            return false;
        }
    }

    /// <summary>Changes a slot's description. Who reads a group meanwhile finds the old one or the new one.</summary>
    public void Describe(int index, ref SpillSlot slot)
    {
        slot.Hash = HashOf(in slot, index);
        lock (_lock)
        {
            File.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<SpillSlot>(in slot)), SlotOffset(index));
        }
    }

    /// <summary>A slot's description.</summary>
    /// <exception cref="DatabaseFailedException">The file does not hold what was written there.</exception>
    public SpillSlot Read(int index)
    {
        var slot = default(SpillSlot);
        ReadExactly(MemoryMarshal.AsBytes(new Span<SpillSlot>(ref slot)), SlotOffset(index), index);
        return slot.Hash == HashOf(in slot, index) || !Rules.Holds(Rule.SpillSlotChecksum)
            ? slot
            : throw Damaged(index, "its description has other bytes");
    }

    /// <summary>Reads a slot's page.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public void ReadPage(int index, in SpillSlot slot, Span<byte> page)
    {
        ReadExactly(page, PageOffset(index), index);
        if (slot.Checksum != XxHash3.HashToUInt64(page, index) && Rules.Holds(Rule.SpillPageChecksum))
        {
            throw Damaged(index, "other bytes");
        }
    }

    /// <summary>
    /// Descriptions of a whole group: what they say must be read again under the lock of whoever may change it.
    /// </summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public void ReadGroup(int group, Span<SpillSlot> slots)
    {
        slots.Clear();
        lock (_lock)
        {
            if (group >= _groups.Count || _groups[group].Use != GroupUse.Versions)
            {
                return;
            }

            var first = group * GroupSlots;
            ReadExactly(MemoryMarshal.AsBytes(slots), SlotOffset(first), first);
            for (var i = 0; i < slots.Length; i++)
            {
                if (slots[i].Hash == 0 || first + i == _torn)
                {
                    // Never used, or not taken since writing it failed.
                    slots[i] = default;
                }
                else if (slots[i].Hash != HashOf(in slots[i], first + i))
                {
                    throw Damaged(first + i, "its description has other bytes");
                }
            }
        }
    }

    /// <summary>Closes and removes the file. One that can't be removed is left to the next open.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            (_usedCount, _temporaryGroups, _isClosed) = (0, 0, true);
            ForgetIfEmpty();
        }

        RemoveIfEmpty();
    }

    // Whoever has something in it meets this when it was closed meanwhile.
    private IStorageFile File => _file ?? throw new ObjectDisposedException(path);

    private void Open()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_file is null)
        {
            // It is still there when it could not be removed.
            var isLeft = files.Exists(path);
            _file = files.Open(path, isLeft ? FileOpening.Exclusive : FileOpening.CreateTemporary);
            if (isLeft)
            {
                _file.SetLength(0);
            }
        }
    }

    // A slot that was never used since its group was taken.
    private int NextSlot()
    {
        if (_versionGroup < 0 || _versionsInGroup == GroupSlots)
        {
            var group = TakeGroup(GroupUse.Versions);
            try
            {
                // The group's page of descriptions may be left over from another use.
                Span<byte> none = stackalloc byte[Page.Size];
                none.Clear();
                File.Write(none, GroupOffset(group * GroupSlots));
            }
            catch
            {
                ReturnGroup(group);
                throw;
            }

            (_versionGroup, _versionsInGroup) = (group, 0);
        }

        return (_versionGroup * GroupSlots) + _versionsInGroup;
    }

    private int TakeGroup(GroupUse use)
    {
        if (!_freeGroups.TryPop(out var group))
        {
            group = _groups.Count;
            _groups.Add(default);
            _slotCount = _groups.Count * GroupSlots;
        }

        _groups[group] = new Group(use, 0);
        return group;
    }

    private void ReturnGroup(int group)
    {
        _groups[group] = default;
        _freeGroups.Push(group);
    }

    private void ForgetIfEmpty()
    {
        if (_usedCount == 0 && _temporaryGroups == 0)
        {
            _groups.Clear();
            _freeGroups.Clear();
            (_firstFree, _slotCount, _versionGroup) = (0, 0, -1);
        }
    }

    private void WritePage(ReadOnlySpan<byte> page, int index)
    {
        var offset = PageOffset(index);
        File.Write(page, offset);
        for (var end = FileBytes; end < offset + Page.Size; end = FileBytes)
        {
            Interlocked.CompareExchange(ref _fileBytes, offset + Page.Size, end);
        }
    }

    private static long SlotOffset(int index) =>
        GroupOffset(index) + (index % GroupSlots * (long)SpillSlot.Bytes);

    private static long PageOffset(int index) => GroupOffset(index) + ((1L + (index % GroupSlots)) * Page.Size);

    private static long GroupOffset(int index) => index / GroupSlots * ((1L + GroupSlots) * Page.Size);

    private static ulong HashOf(in SpillSlot slot, int index) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<SpillSlot>(in slot))[..56], index);

    private void ReadExactly(Span<byte> destination, long offset, int index)
    {
        try
        {
            if (File.Read(destination, offset) < destination.Length)
            {
                throw Damaged(index, "it ends before");
            }
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(null, "The database has been closed, and its temporary file with it.");
        }
        catch (IOException e)
        {
            throw Damaged(index, e.Message);
        }
    }

    private enum GroupUse
    {
        None,
        Versions,
        Temporary,
    }

    // Nothing committed is lost: the log has it. But this session can't go on without what was here.
    private Exception Damaged(int index, string found) =>
        fail(new IOException(FormattableString.Invariant(
            $"The temporary file '{path}' is damaged at page {index}: {found}.")));

    /// <summary>What a group is used for.</summary>
    /// <param name="Use">Versions or temporary pages.</param>
    /// <param name="Written">Of temporary pages: those that are in the file, a bit each.</param>
    private readonly record struct Group(GroupUse Use, ulong Written);
}

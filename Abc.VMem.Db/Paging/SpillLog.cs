using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Pages that don't fit in frames, in the temporary file, found through an index of fixed size in memory: the heads of
/// chains whose links are in the file.
/// </summary>
/// <remarks>
/// Every call that names a position holds the lock of that position's stripe. Positions of one bucket share a stripe,
/// because both are lower bits of the same hash; so a chain never changes under a walk.
/// </remarks>
internal sealed unsafe class SpillLog
{
    private readonly SpillFile _file;
    private readonly Func<Exception, Exception> _fail;
    private readonly int* _heads;
    private readonly uint _mask;
    private volatile bool _isClosed;
    private int _versions;
    private int _oldVersions;

    /// <summary>Starts empty; touches no file.</summary>
    /// <param name="file">Where pages go.</param>
    /// <param name="frameCount">The pool's frames; says how large the index is.</param>
    /// <param name="fail">Told when the file can't be changed any more; returns what to throw.</param>
    public SpillLog(SpillFile file, int frameCount, Func<Exception, Exception> fail)
    {
        (_file, _fail) = (file, fail);
        var count = PoolTables.SpillHeads(frameCount);
        _mask = (uint)count - 1;
        _heads = (int*)NativeMemory.AllocZeroed((nuint)count, sizeof(int));
    }

    /// <summary>Slots in use.</summary>
    public int Count => _file.UsedCount;

    /// <summary>Slots of these that are not of temporary pages.</summary>
    public int Versions => Volatile.Read(ref _versions);

    /// <summary>Versions of these whose successor is known: only snapshots need them.</summary>
    public int OldVersions => Volatile.Read(ref _oldVersions);

    /// <summary>Bytes of the temporary file.</summary>
    public long FileBytes => _file.FileBytes;

    /// <summary>Groups of slots to look at in <see cref="ReadGroup"/>.</summary>
    public int GroupCount => (_file.SlotCount + SpillFile.GroupSlots - 1) / SpillFile.GroupSlots;

    /// <summary>Why a page could not be spilled.</summary>
    public Exception? LastFailure => _file.LastFailure;

    /// <summary>Whether everything in it is gone.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>First slot + 1 of the chain that a page's slots are in, 0 = none. Go on with the slot's Next.</summary>
    public int First(long position) => _isClosed ? 0 : Volatile.Read(ref _heads[Bucket(position)]);

    /// <summary>The description of a slot.</summary>
    public SpillSlot this[int index] => _file.Read(index);

    /// <summary>The version with the greatest sequence number up to S; false when there is none.</summary>
    public bool TryFind(long position, long sequence, out int index, out SpillSlot found) =>
        TryFind(position, sequence, out index, out found, out _);

    /// <summary>
    /// As the other form; also the smallest sequence number of a version above S, or the greatest number.
    /// </summary>
    public bool TryFind(long position, long sequence, out int index, out SpillSlot found, out long next)
    {
        (index, found, next) = (-1, default, long.MaxValue);
        for (var link = First(position); link != 0;)
        {
            var slot = _file.Read(link - 1);
            if (slot.Position != position || slot.Kind != SpillKind.Version)
            {
                // Another page's, or no version.
            }
            else if (slot.From > sequence)
            {
                next = Math.Min(next, slot.From);
            }
            else if (index < 0 || (slot.From > found.From && Rules.Holds(Rule.SpillGreatest)))
            {
                (index, found) = (link - 1, slot);
            }

            link = slot.Next;
        }

        return index >= 0;
    }

    /// <summary>The slot of one version; false when it is not there.</summary>
    public bool TryFindExact(long position, long from, out int index, out SpillSlot found) =>
        TryFind(position, from, out index, out found) && found.From == from;

    /// <summary>
    /// The smallest sequence number of a version above the given one and below a limit, or the limit.
    /// </summary>
    public long NextVersion(long position, long from, long limit)
    {
        for (var link = First(position); link != 0;)
        {
            var slot = _file.Read(link - 1);
            if (slot.Position == position && slot.Kind == SpillKind.Version && slot.From > from)
            {
                limit = Math.Min(limit, slot.From);
            }

            link = slot.Next;
        }

        return limit;
    }

    /// <summary>Puts a page in, in place of the same content's older bytes; false when the disk has no room.</summary>
    public bool TryPut(SpillSlot slot, ReadOnlySpan<byte> page)
    {
        Debug.Assert(slot.Kind != SpillKind.Free);
        for (var link = First(slot.Position); link != 0;)
        {
            var old = _file.Read(link - 1);
            if (old.IsSame(in slot))
            {
                slot.Next = old.Next;
                return TryRewrite(link - 1, slot, page);
            }

            link = old.Next;
        }

        ref var head = ref _heads[Bucket(slot.Position)];
        slot.Next = head;
        if (!_file.TryTake(ref slot, page, out var index))
        {
            return false;
        }

        Volatile.Write(ref head, index + 1);
        Interlocked.Increment(ref _versions);
        CountOld(in slot, 1);
        return true;
    }

    /// <summary>Notes the end of a version.</summary>
    public void End(int index, SpillSlot slot, long to)
    {
        slot.To = to;
        Describe(index, slot);
        CountOld(in slot, 1);
    }

    /// <summary>Changes a slot's description; position, end and chain stay.</summary>
    public void Describe(int index, SpillSlot slot) =>
        Guarded(static (log, change) => log._file.Describe(change.Index, ref change.Slot), (Index: index, Slot: slot));

    /// <summary>Takes a slot out of its chain and gives it back.</summary>
    public void Remove(int index, long position)
    {
        var slot = _file.Read(index);
        ref var head = ref _heads[Bucket(position)];
        if (head == index + 1)
        {
            Volatile.Write(ref head, slot.Next);
        }
        else
        {
            var before = Before(head, index);
            var changed = _file.Read(before);
            changed.Next = slot.Next;
            Describe(before, changed);
        }

        Interlocked.Decrement(ref _versions);
        CountOld(in slot, -1);
        Guarded(static (log, freed) => log._file.GiveBack(freed), index);
    }

    /// <summary>Reads a slot's page.</summary>
    public void ReadPage(int index, in SpillSlot slot, Span<byte> page) => _file.ReadPage(index, in slot, page);

    /// <summary>
    /// Descriptions of a group of slots, without a stripe's lock: look again under the position's before acting on one.
    /// </summary>
    /// <returns>Index of the first.</returns>
    public int ReadGroup(int group, Span<SpillSlot> slots)
    {
        _file.ReadGroup(group, slots);
        return group * SpillFile.GroupSlots;
    }

    /// <summary>Takes a group of slots for temporary pages, which are in no chain; returns the first.</summary>
    public int TakeTemporaryGroup() => _file.TakeTemporaryGroup();

    /// <summary>Gives a group of temporary pages back.</summary>
    public void ReturnTemporaryGroup(int first) => _file.ReturnTemporaryGroup(first);

    /// <summary>Writes a temporary page to its slot; false when the disk has no room.</summary>
    public bool TryWriteTemporary(int index, Span<byte> page) => _file.TryWriteTemporary(index, page);

    /// <summary>Reads a temporary page from its slot.</summary>
    public void ReadTemporary(int index, Span<byte> page) => _file.ReadTemporary(index, page);

    /// <summary>Forgets a temporary page.</summary>
    public void DropTemporary(int index) => _file.DropTemporary(index);

    /// <summary>Removes the temporary file when nothing is in it.</summary>
    public void RemoveFileIfEmpty() => _file.RemoveIfEmpty();

    /// <summary>Removes the temporary file.</summary>
    public void Close()
    {
        _isClosed = true;
        _file.Dispose();
    }

    /// <summary>Gives the index's memory back.</summary>
    public void Free() => NativeMemory.Free(_heads);

    private int Bucket(long position) => (int)(BufferPool.Hash(position) & _mask);

    private int Before(int head, int index)
    {
        for (var link = head; link != 0;)
        {
            var next = _file.Read(link - 1).Next;
            if (next == index + 1)
            {
                return link - 1;
            }

            link = next;
        }

        throw new UnreachableException("A slot of the temporary file was not in its chain.");
    }

    // When it fails, whoever asked keeps the page in its frame; the slot is not read before it is written again.
    private bool TryRewrite(int index, SpillSlot slot, ReadOnlySpan<byte> page)
    {
        if (!_file.TryWritePage(index, ref slot, page))
        {
            return false;
        }

        Describe(index, slot);
        return true;
    }

    private void CountOld(in SpillSlot slot, int change) =>
        Interlocked.Add(ref _oldVersions, slot.To != 0 ? change : 0);

    // A chain that was changed half-way would lead astray: whoever meets that refuses from then on.
    private void Guarded<TState>(Action<SpillLog, TState> change, TState state)
    {
        try
        {
            change(this, state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _fail(e);
        }
    }
}

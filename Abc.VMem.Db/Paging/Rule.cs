namespace Abc.VMem.Db.Paging;

/// <summary>
/// What the engine relies on: each flush, order, image, check and lock that keeps a page true. docs/TESTING.md says for
/// each which test fails without it.
/// </summary>
internal enum Rule
{
    /// <summary>No rule.</summary>
    None,

    // The log: what a commit waits for, and in which order.
    /// <summary>A commit returns only when the log has been written as far as its durability says.</summary>
    CommitWaits,

    /// <summary>A commit without changes waits for the commit that it read.</summary>
    EmptyCommitWaits,

    /// <summary>The log is flushed before a commit is called durable.</summary>
    LogFlush,

    /// <summary>Readers see a commit only when it is acknowledged.</summary>
    PublishAfterDurable,

    /// <summary>After a flush the log goes on in the next block: durable bytes are never written again.</summary>
    DurableIsNotRewritten,

    /// <summary>After a failed write or flush everything is refused.</summary>
    FailStop,

    /// <summary>Nothing is flushed once a flush has failed: it could succeed and make good nothing.</summary>
    NoFlushAfterFailure,

    /// <summary>One thread writes the log at a time.</summary>
    LogGate,

    /// <summary>What a commit logs is decided and appended under one lock, so no switch comes between.</summary>
    AppendLock,

    // The log: segments.
    /// <summary>Every record of the old segment is durable before the header of the new one is written.</summary>
    SwitchFlushesOld,

    /// <summary>Records that came in since that flush stay in the old segment.</summary>
    SwitchTakesLate,

    /// <summary>A segment's header is on the disk before its second copy and its first record.</summary>
    SegmentHeaderFlush,

    /// <summary>A segment's header is written twice.</summary>
    SegmentHeaderTwice,

    /// <summary>A new segment's file is flushed when it is made.</summary>
    SegmentFileFlush,

    /// <summary>A new segment's name is durable when it is made.</summary>
    SegmentFileSync,

    /// <summary>Each use of a segment has a salt of its own.</summary>
    NewSalt,

    /// <summary>A segment is reused only after a durable record says that it is dead.</summary>
    MarkerBeforeReuse,

    /// <summary>Every record says which segments are dead.</summary>
    RecordsNameOldestLive,

    /// <summary>Commits leave room for the record that retires the other segment.</summary>
    MarkerRoom,

    // The log: images.
    /// <summary>The first record of a page in a segment is an image.</summary>
    ImageAtFirstTouch,

    /// <summary>The first record of a page that went straight home is an image.</summary>
    ImageAfterDirect,

    /// <summary>A copy of a direct page is not direct itself.</summary>
    DirectMarkEnds,

    /// <summary>Page 0 is in the log before its mark is changed at home.</summary>
    RootInLogFirst,

    /// <summary>Page 0 is in the log before the mark of a clean close is written.</summary>
    RootInLogAtClose,

    // Recovery.
    /// <summary>A record of another use of the segment ends the log.</summary>
    RecordSalt,

    /// <summary>A record that names another log position ends the log.</summary>
    RecordPlace,

    /// <summary>A record with other bytes ends the log.</summary>
    RecordDigest,

    /// <summary>A record that does not follow the one before ends the log.</summary>
    RecordChain,

    /// <summary>A commit counts when its last part is there.</summary>
    WholeCommitsOnly,

    /// <summary>Two live segments fit together, or recovery refuses.</summary>
    SegmentChain,

    /// <summary>A segment that the newest one calls dead is not replayed.</summary>
    DeadSegmentIsSkipped,

    /// <summary>Damage before a record that was durable is no torn tail.</summary>
    RotIsRefused,

    /// <summary>A log that does not go on where the file stopped is refused.</summary>
    ForeignLogIsRefused,

    /// <summary>A file that was not closed cleanly is refused without its log.</summary>
    MissingLogIsRefused,

    /// <summary>A difference is applied only to the version that it was made from.</summary>
    RecordNamesBase,

    /// <summary>Records that no one claims durable are written again before a page goes home.</summary>
    RecoveryRewritesLog,

    /// <summary>They are flushed, too.</summary>
    RecoveryFlushesLog,

    /// <summary>Pages beyond the recovered page count are forgotten.</summary>
    RecoveryDropsBeyond,

    /// <summary>The file is cut at the recovered page count.</summary>
    RecoveryCuts,

    /// <summary>Pages are durable at home before the log starts anew.</summary>
    RecoveryFlushesHome,

    /// <summary>The new log does not start in the newest segment.</summary>
    RecoveryKeepsNewest,

    // Opening and closing.
    /// <summary>A new file is flushed before it gets its name.</summary>
    CreateFlush,

    /// <summary>A new file's name is durable before anything is acknowledged.</summary>
    CreateSync,

    /// <summary>A file says that it alone is not enough before it changes.</summary>
    UncleanMark,

    /// <summary>The mark on page 0 is durable before what follows.</summary>
    MarkFlush,

    /// <summary>The mark of a clean close is on the disk before a log that is left over is deleted.</summary>
    DeadLogMarkFlush,

    /// <summary>Logs that are left over are deleted before a new one starts.</summary>
    DeadLogIsDeleted,

    /// <summary>That deletion is durable before a new log starts.</summary>
    DeadLogSync,

    /// <summary>A new log's generation is above all before.</summary>
    GenerationGrows,

    /// <summary>A close makes all commits durable before their pages go home.</summary>
    CloseFlushesLog,

    /// <summary>A close makes the pages at home durable before it says so.</summary>
    CloseFlushesHome,

    /// <summary>A close cuts the file at the page count.</summary>
    CloseCuts,

    /// <summary>The mark of a clean close comes before the log is deleted.</summary>
    MarkBeforeDeletion,

    /// <summary>The deletion of the log is durable when a close returns.</summary>
    CloseSync,

    /// <summary>A close ends the open transaction first.</summary>
    CloseWaitsForWriter,

    // Home.
    /// <summary>A version goes home only when its commit is durable.</summary>
    HomeOnlyDurable,

    /// <summary>A version goes home only when its commit is visible.</summary>
    HomeOnlyVisible,

    /// <summary>A checkpoint sends home only newest versions.</summary>
    CheckpointOnlyNewest,

    /// <summary>An eviction sends home only newest versions.</summary>
    EvictOnlyNewest,

    /// <summary>A sweep sends home only newest versions.</summary>
    SweepOnlyNewest,

    /// <summary>What is at home is kept for snapshots before it is replaced.</summary>
    GuardKeepsOld,

    /// <summary>Spilled versions get their end before a newer one is at home.</summary>
    GuardEndsSlots,

    /// <summary>A mapped version that was equal to home is the only copy once home has another.</summary>
    GuardMarksOthers,

    /// <summary>Pages are durable at home before a checkpoint retires the log.</summary>
    CheckpointFlush,

    /// <summary>A checkpoint sends home what is spilled.</summary>
    CheckpointSweeps,

    /// <summary>One checkpoint at a time.</summary>
    CheckpointLock,

    /// <summary>One flush of the data file at a time.</summary>
    FlushLock,

    /// <summary>A checkpoint writes a page home under its stripe's lock.</summary>
    HomeStripe,

    /// <summary>An eviction looks and writes under the page's stripe's lock.</summary>
    EvictStripe,

    /// <summary>A sweep looks and writes under the page's stripe's lock.</summary>
    SweepStripe,

    /// <summary>A page is found or loaded, and linked, under its stripe's lock.</summary>
    LoadStripe,

    /// <summary>Before a frame is obtained a page is looked for under its stripe's lock.</summary>
    FindStripe,

    /// <summary>A private copy is linked under the page's stripe's lock.</summary>
    SupersedeStripe,

    /// <summary>An abort drops a copy under the page's stripe's lock.</summary>
    AbortStripe,

    /// <summary>A commit sends a fresh page home under the page's stripe's lock.</summary>
    DirectStripe,

    /// <summary>A page from home has its checksum.</summary>
    PageChecksum,

    /// <summary>A page from home says that it belongs there.</summary>
    PagePlace,

    // Memory.
    /// <summary>A superseded version stays until its successor is visible.</summary>
    NeededUntilVisible,

    /// <summary>A superseded version stays while a snapshot sees it.</summary>
    NeededBySnapshots,

    /// <summary>An old version that is needed is spilled before it leaves memory.</summary>
    SpillBeforeDrop,

    /// <summary>A frame is looked at again once it is pinned.</summary>
    PinSecondLook,

    /// <summary>A pin on a frame that is being evicted does not count.</summary>
    PinOfEvicted,

    /// <summary>A pinned frame is not evicted.</summary>
    EvictUnpinned,

    /// <summary>A pinned frame is not reused when its version is dropped.</summary>
    DropUnpinned,

    /// <summary>A version read from home ends where a mapped or spilled one begins.</summary>
    LoadedEnd,

    /// <summary>A spilled version ends where a mapped or spilled one begins.</summary>
    LoadedSlotEnd,

    /// <summary>A page of the running transaction is private again when it comes back from home.</summary>
    LoadedIsPrivate,

    /// <summary>A page of the running transaction is private again when it comes back from the spill log.</summary>
    LoadedSlotIsPrivate,

    /// <summary>A version from the spill log is not taken for the one at home.</summary>
    LoadedSlotIsDirty,

    /// <summary>Free frames are counted under a lock.</summary>
    CapLock,

    /// <summary>One thread turns the clock at a time.</summary>
    ClockLock,

    /// <summary>A private copy ends the interval of what it replaces.</summary>
    SupersedeEndsOld,

    // Snapshots.
    /// <summary>A snapshot looks at the visible number again after it registered.</summary>
    SnapshotSecondLook,

    /// <summary>A full fence stands between the number registered and that look.</summary>
    SnapshotFence,

    /// <summary>A fence stands between the visible number read and the registrations scanned.</summary>
    ScanFence,

    /// <summary>A read looks again whether its snapshot's state had to give way meanwhile.</summary>
    TooOldSecondLook,

    // Transactions.
    /// <summary>One transaction writes at a time.</summary>
    OneWriter,

    /// <summary>A sequence number is given once, also after a rollback.</summary>
    SequenceOnce,

    /// <summary>No private page leaves memory from the start of a commit on.</summary>
    CommitDoor,

    /// <summary>A commit waits for the pages that are leaving.</summary>
    CommitDoorWaits,

    /// <summary>Pages that went straight home are durable before the record that needs them.</summary>
    DirectFlush,

    /// <summary>Only positions that no record or snapshot can name are written straight home.</summary>
    DirectOnlyFresh,

    /// <summary>A page that went straight home is rewritten there only.</summary>
    DirectStaysHome,

    /// <summary>An abort drops the transaction's spilled pages.</summary>
    AbortDropsSpilled,

    /// <summary>An abort makes what was replaced the newest version again.</summary>
    AbortReopens,

    /// <summary>A statement that failed half-way dooms its transaction.</summary>
    DoomAfterFailure,

    /// <summary>Two calls in one transaction at a time are refused.</summary>
    OneCallAtATime,

    /// <summary>A page that is free is not freed again.</summary>
    FreedOnce,

    /// <summary>The file has room for a page before the page is used.</summary>
    ReserveBeforeUse,

    // Savepoints.
    /// <summary>The first change of a page after a savepoint keeps the page as it was.</summary>
    UndoIsKept,

    /// <summary>Rolling back takes the oldest such copy.</summary>
    UndoOldest,

    /// <summary>Rolling back drops pages that were first changed after the savepoint.</summary>
    UndoBorn,

    /// <summary>A copy that an earlier savepoint needs is not given back.</summary>
    UndoStaysNeeded,

    /// <summary>A changed page is not equal to its spilled copy any more.</summary>
    RewriteForgetsSlot,

    // The spill log.
    /// <summary>Of the spilled versions up to S the greatest counts.</summary>
    SpillGreatest,

    /// <summary>A spilled version serves no S at or after its end.</summary>
    SpillEnds,

    /// <summary>A spilled page has its checksum.</summary>
    SpillPageChecksum,

    /// <summary>A slot's description has its checksum.</summary>
    SpillSlotChecksum,

    /// <summary>Slots are taken and given back under a lock.</summary>
    SpillLock,

    /// <summary>What a crash left of the spill log is deleted.</summary>
    SpillDeletedAtOpen,

    // Cutting the file.
    /// <summary>The file is cut only when the old segment is retired.</summary>
    CutNeedsRetired,

    /// <summary>The file is cut only when the segment in use began after the page count was lowered.</summary>
    CutNeedsNewSegment,

    /// <summary>The file is cut only when the lower page count is visible.</summary>
    CutNeedsVisible,

    /// <summary>The file is cut only when no snapshot sees a greater page count.</summary>
    CutNeedsNoSnapshot,

    /// <summary>The file is cut only while nobody writes.</summary>
    CutTakesWriter,

    /// <summary>Mapped versions of cut pages are dropped.</summary>
    CutDropsFrames,

    /// <summary>Spilled versions of cut pages are dropped.</summary>
    CutDropsSlots,

    /// <summary>Only a cut makes positions as good as new.</summary>
    CutHighWater,
}

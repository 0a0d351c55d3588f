using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Samples.WorkQueue;

/// <summary>A queue and a log of a tool that keeps no documents: structures in a pool of its own.</summary>
public static class WorkQueueSample
{
    #region records
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct Job
    {
        public long Number;
        public int Priority;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct Places                                            // what lies on the start page
    {
        public VMemState Jobs;
        public VMemState Log;
        public VMemState Done;
    }
    #endregion

    private static PageAddress Jobs => Place(nameof(Places.Jobs));

    private static PageAddress Log => Place(nameof(Places.Log));

    private static PageAddress Done => Place(nameof(Places.Done));

    /// <summary>Runs on a file that does not exist yet.</summary>
    public static void Run(string path, TextWriter output)
    {
        #region pool
        using var pool = Pool.Open(path, new PoolOptions { MaxMappedPages = 64 });   // 256 KB, however long the queue
        var jobs = new VMemList<Job>(pool, Jobs);                   // its state is on the start page
        jobs.Add(new Job { Number = 1, Priority = 5 });             // outside a transaction: durable on its own
        #endregion

        #region pool transaction
        using (var tx = pool.BeginTransaction())
        {
            var queue = new VMemList<Job>(tx, Jobs);
            var log = new VMemString(tx, Log);
            var done = new VMemMap<long, int>(tx, Done);
            queue.Add(new Job { Number = 2, Priority = 9 });
            if (queue.TryRemoveFirst(out var job))
            {
                log.Append($"did {job.Number}\n");
                done[job.Number] = job.Priority;
            }

            tx.Commit();                                            // the queue, the log and the map, or nothing
        }
        #endregion

        #region pool snapshot
        using var snapshot = pool.BeginSnapshot();
        var waiting = new VMemListView<Job>(snapshot, Jobs);        // a view only reads
        output.WriteLine($"{waiting.Count} waits, {pool.Check().FreePages} pages are free");
        #endregion

        output.Write(new VMemStringView(snapshot, Log).ToString());
    }

    private static PageAddress Place(string field) =>
        Pool.StartAddress.Plus((int)Marshal.OffsetOf<Places>(field));
}

using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Collections;

/// <summary>What was read through collections since the database was opened. Thread-safe.</summary>
internal sealed class ReadCounters
{
    // One for each few threads, a cache line apart: readers on many cores do not wait for each other here.
    private const int StripeCount = 16;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];

    /// <summary>Documents read.</summary>
    public long Documents
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < StripeCount; i++)
            {
                sum += Interlocked.Read(ref _stripes[i].Documents);
            }

            return sum;
        }
    }

    /// <summary>Index entries read.</summary>
    public long IndexEntries
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < StripeCount; i++)
            {
                sum += Interlocked.Read(ref _stripes[i].IndexEntries);
            }

            return sum;
        }
    }

    /// <summary>Adds what a reader read.</summary>
    public void Add(long documents, long indexEntries)
    {
        ref var stripe = ref _stripes[Environment.CurrentManagedThreadId & (StripeCount - 1)];
        if (documents != 0)
        {
            Interlocked.Add(ref stripe.Documents, documents);
        }

        if (indexEntries != 0)
        {
            Interlocked.Add(ref stripe.IndexEntries, indexEntries);
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Stripe
    {
        public long Documents;
        public long IndexEntries;
    }
}

using System.Diagnostics;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>What the device itself allows: no durable commit can be faster than one overwrite and one flush.</summary>
internal static class RawDisk
{
    private const int BlockBytes = 4096;
    private const int Blocks = 1024;

    /// <summary>Overwrites of 4 KB in a file that is already written, each flushed, per second.</summary>
    public static double FlushesPerSecond(string folder, int count)
    {
        var path = Path.Combine(folder, "raw.bin");
        var block = new byte[BlockBytes];
        using var file = File.OpenHandle(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        for (var i = 0; i < Blocks; i++)
        {
            RandomAccess.Write(file, block, (long)i * BlockBytes);
        }

        RandomAccess.FlushToDisk(file);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            block[0] = (byte)i;
            RandomAccess.Write(file, block, (long)(i % Blocks) * BlockBytes);
            RandomAccess.FlushToDisk(file);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

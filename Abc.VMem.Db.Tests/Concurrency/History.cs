using System.Buffers.Binary;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>
/// What the transactions of a run did, in their order: for each key the numbers of those that changed it. A transaction
/// is noted while it has the writer's place, before its commit. So of any state that someone reads, the number of its
/// last transaction says what every other key must be.
/// </summary>
/// <param name="lists">Keys whose values are lists: each transaction appends its number.</param>
/// <param name="fillers">Keys after them whose values are one number and many bytes that follow from it.</param>
internal sealed class History(int lists, int fillers)
{
    /// <summary>The key whose value is the number of the last transaction.</summary>
    public const int LastKey = 9_000_000;

    private const int LongestFiller = 2_600;

    private readonly Changes[] _changes = [.. Enumerable.Range(0, lists + fillers).Select(_ => new Changes())];
    private long _last;

    /// <summary>Keys whose values are lists.</summary>
    public int Lists => lists;

    /// <summary>All keys.</summary>
    public int Keys => lists + fillers;

    /// <summary>The last transaction that was noted.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Notes what a transaction changed; its owner has the writer's place.</summary>
    /// <param name="number">Greater than all before.</param>
    /// <param name="changed">The keys; of a filler, the complement when it was removed.</param>
    public void Note(long number, IEnumerable<int> changed)
    {
        foreach (var key in changed)
        {
            _changes[key < 0 ? ~key : key].Add(key < 0 ? -number : number);
        }

        Volatile.Write(ref _last, number);
    }

    /// <summary>Whether a key's value is what it has to be; null, or what is wrong.</summary>
    /// <param name="key">The key.</param>
    /// <param name="found">Its value; empty and missing are the same for a list.</param>
    /// <param name="isFound">Whether there is one.</param>
    /// <param name="last">The last transaction of the state that it was read from.</param>
    public string? Judge(int key, ReadOnlySpan<byte> found, bool isFound, long last)
    {
        var expected = _changes[key].UpTo(last);
        if (key < lists)
        {
            return IsList(found, expected)
                ? null
                : $"list {key} at {last}: expected [{Tail(expected)}], found [{Tail(Numbers(found))}]";
        }

        var made = expected.IsEmpty ? 0 : expected[^1];
        if (made <= 0)
        {
            return isFound ? $"key {key} at {last}: expected none, found {found.Length} bytes" : null;
        }

        return isFound && found.SequenceEqual(Filler(key, made))
            ? null
            : $"key {key} at {last}: expected that of {made}, found {(isFound ? Describe(found) : "none")}";
    }

    /// <summary>The value that a transaction gives to a filler.</summary>
    public static byte[] Filler(int key, long number)
    {
        var random = new Random(unchecked((int)((key * 7919L) + number)));
        var value = new byte[8 + random.Next(LongestFiller)];
        value.AsSpan().Fill((byte)random.Next(256));
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        return value;
    }

    private static string Describe(ReadOnlySpan<byte> filler) =>
        filler.Length < 8
            ? $"{filler.Length} bytes"
            : $"that of {BinaryPrimitives.ReadInt64LittleEndian(filler)}, {filler.Length} bytes";

    private static bool IsList(ReadOnlySpan<byte> found, ReadOnlySpan<long> expected)
    {
        if (found.Length != expected.Length * sizeof(long))
        {
            return false;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(found[(i * sizeof(long))..]) != expected[i])
            {
                return false;
            }
        }

        return true;
    }

    private static long[] Numbers(ReadOnlySpan<byte> found)
    {
        var numbers = new long[found.Length / sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt64LittleEndian(found[(i * sizeof(long))..]);
        }

        return numbers;
    }

    private static string Tail(ReadOnlySpan<long> numbers) =>
        $"{numbers.Length}: … " + string.Join(" ", numbers[Math.Max(0, numbers.Length - 8)..].ToArray());

    /// <summary>The transactions that changed one key. One thread adds, many look.</summary>
    private sealed class Changes
    {
        private long[] _numbers = new long[16];
        private int _count;

        public void Add(long number)
        {
            if (_count == _numbers.Length)
            {
                Volatile.Write(ref _numbers, [.. _numbers, .. new long[_count]]);
            }

            _numbers[_count] = number;
            Volatile.Write(ref _count, _count + 1);
        }

        public ReadOnlySpan<long> UpTo(long last)
        {
            var count = Volatile.Read(ref _count);
            var numbers = Volatile.Read(ref _numbers);
            while (count > 0 && Math.Abs(numbers[count - 1]) > last)
            {
                count--;
            }

            return numbers.AsSpan(0, count);
        }
    }
}

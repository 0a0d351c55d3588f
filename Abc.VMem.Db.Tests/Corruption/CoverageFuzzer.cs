using System.Buffers.Binary;
using SharpFuzz.Common;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// Feeds a target with mutated inputs and keeps those that take a branch, or take it more often, than any before: what
/// the next inputs are made from. The branches are counted by the instrumented code of the target. One at a time.
/// </summary>
internal sealed class CoverageFuzzer : IDisposable
{
    private const int MostChanges = 6;

    private static readonly Lock s_one = new();
    private static readonly long[] s_values =
    [
        0, 1, 2, 16, 24, 32, 48, 64, 127, 128, 255, 256, 4_048, 4_096, 32_767, 32_768, 65_535, 65_536, int.MaxValue,
        int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, -1, 1L << 48,
    ];

    private readonly byte[] _seen = new byte[InstrumentedCode.MapBytes];
    private readonly List<byte[]> _corpus = [];
    private readonly Action<byte[]> _target;
    private readonly Random _random;
    private readonly int _maxLength;

    /// <summary>Takes the counters, which all instrumented code shares, until it is disposed.</summary>
    /// <param name="target">Throws when something does not hold.</param>
    /// <param name="seed">What the inputs follow from.</param>
    /// <param name="maxLength">Longest input.</param>
    public CoverageFuzzer(Action<byte[]> target, int seed, int maxLength)
    {
        (_target, _random, _maxLength) = (target, new Random(seed), maxLength);
        s_one.Enter();
    }

    /// <summary>Inputs that found something new.</summary>
    public int CorpusCount => _corpus.Count;

    /// <summary>Branches taken by any input so far.</summary>
    public int Branches => _seen.Count(bits => bits != 0);

    /// <summary>The input that is being tried.</summary>
    public byte[] Current { get; private set; } = [];

    /// <summary>Tries an input as it is.</summary>
    public void Add(byte[] input)
    {
        if (Try(input) || _corpus.Count == 0)
        {
            _corpus.Add(input);
        }
    }

    /// <summary>Tries so many mutated inputs.</summary>
    public void Run(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            Add(Mutate(_corpus[_random.Next(_corpus.Count)]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => s_one.Exit();

    // Whether it took a branch in a number of times of another order than all before.
    private bool Try(byte[] input)
    {
        Current = input;
        var counts = InstrumentedCode.Counts;
        counts.Clear();
        Trace.PrevLocation = 0;
        _target(input);

        var isNew = false;
        for (var at = counts.IndexOfAnyExcept((byte)0); at >= 0;)
        {
            var order = 1 << Math.Min(7, BitsOf(counts[at]) - 1);
            isNew |= (order & ~_seen[at]) != 0;
            _seen[at] |= (byte)order;
            var step = counts[(at + 1)..].IndexOfAnyExcept((byte)0);
            at = step < 0 ? -1 : at + 1 + step;
        }

        return isNew;
    }

    private static int BitsOf(byte count) => 8 - byte.LeadingZeroCount(count);

    private byte[] Mutate(byte[] input)
    {
        var bytes = input.ToList();
        for (var changes = _random.Next(1, MostChanges); changes > 0; changes--)
        {
            Change(bytes);
        }

        return bytes.Count > _maxLength ? [.. bytes.Take(_maxLength)] : [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        var place = _random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - place, _random.Next(1, 17));
        var how = _random.Next(bytes.Count == place ? 6 : 10);
        switch (how)
        {
            case 0:
                bytes.Insert(place, (byte)_random.Next(256));
                break;
            case 1:
                Overwrite(bytes, place, Value());
                break;
            case 2:
                bytes.InsertRange(place, Value());
                break;
            case 3:
            case 4:
                // A piece of another input.
                var other = _corpus[_random.Next(_corpus.Count)];
                var from = _random.Next(other.Length + 1);
                var piece = other.AsSpan(from, Math.Min(other.Length - from, _random.Next(1, 33))).ToArray();
                if (how == 3)
                {
                    bytes.InsertRange(place, piece);
                }
                else
                {
                    Overwrite(bytes, place, piece);
                }

                break;
            case 5:
                bytes.AddRange(bytes.Take(length).ToArray());
                break;
            case 6:
                bytes[place] ^= (byte)(1 << _random.Next(8));
                break;
            case 7:
                bytes[place] = (byte)(bytes[place] + _random.Next(-16, 17));
                break;
            case 8:
                bytes.RemoveRange(place, length);
                break;
            default:
                bytes[place] = (byte)_random.Next(256);
                break;
        }
    }

    // A number that is often a limit, in 1 to 8 bytes of either order.
    private byte[] Value()
    {
        var bytes = new byte[sizeof(long)];
        var value = s_values[_random.Next(s_values.Length)] + _random.Next(-1, 2);
        var width = 1 << _random.Next(4);
        if (_random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            return bytes[..width];
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^width..];
    }

    private static void Overwrite(List<byte> bytes, int place, byte[] value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (place + i < bytes.Count)
            {
                bytes[place + i] = value[i];
            }
            else
            {
                bytes.Add(value[i]);
            }
        }
    }
}

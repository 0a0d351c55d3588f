using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What a map holds after a commit: for each key a value that its version and length determine.</summary>
internal sealed record EngineModel(ImmutableSortedDictionary<int, (int Version, int Length)> Entries)
{
    private static readonly ConcurrentDictionary<(int, int, int), byte[]> s_values = new();

    /// <summary>The first long key.</summary>
    public const int LongKeys = 1_000_000;

    /// <summary>Nothing.</summary>
    public static EngineModel Empty { get; } = new(ImmutableSortedDictionary<int, (int, int)>.Empty);

    /// <summary>Bytes of a key; from <see cref="LongKeys"/> on they are long: few fit a page.</summary>
    public static byte[] KeyOf(int key)
    {
        var text = FormattableString.Invariant($"key-{key:D8}");
        return Encoding.ASCII.GetBytes(key < LongKeys ? text : text.PadRight(800, (char)('a' + (key % 26))));
    }

    /// <summary>Bytes of a value; half of them compress to nothing, half to no less.</summary>
    public static byte[] ValueOf(int key, int version, int length) =>
        s_values.GetOrAdd((key, version, length), static value => MakeValue(value.Item1, value.Item2, value.Item3));

    /// <summary>Its digest, and a text.</summary>
    public CrashContent Content()
    {
        var hash = new XxHash128();
        foreach (var (key, (version, length)) in Entries)
        {
            Add(hash, KeyOf(key), ValueOf(key, version, length));
        }

        return new(hash.GetCurrentHashAsUInt128(), () => string.Join(' ', Entries), this);
    }

    /// <summary>Adds an entry to a digest.</summary>
    public static void Add(XxHash128 hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> lengths = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], value.Length);
        hash.Append(lengths);
        hash.Append(key);
        hash.Append(value);
    }

    private static byte[] MakeValue(int key, int version, int length)
    {
        var bytes = new byte[length];
        new Random((key * 7919) + version).NextBytes(bytes.AsSpan(0, length / 2));
        if (length >= 8)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, key);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), version);
        }

        return bytes;
    }
}

/// <summary>Changes one transaction makes, to the map and to the model alike.</summary>
internal sealed class EngineBatch(PageWriter pages, PageAddress map, EngineModel model)
{
    /// <summary>What the map holds after the changes so far.</summary>
    public EngineModel Model { get; private set; } = model;

    /// <summary>Inserts or replaces an entry.</summary>
    public void Put(int key, int length, int version = 1)
    {
        BTree.Put(pages, map, EngineModel.KeyOf(key), EngineModel.ValueOf(key, version, length));
        Model = new(Model.Entries.SetItem(key, (version, length)));
    }

    /// <summary>Inserts entries with ascending keys.</summary>
    public void PutRange(int first, int count, int length, int version = 1)
    {
        for (var key = first; key < first + count; key++)
        {
            Put(key, length, version);
        }
    }

    /// <summary>Removes entries, those that are there.</summary>
    public void RemoveRange(int first, int count)
    {
        for (var key = first; key < first + count; key++)
        {
            var wasThere = BTree.Remove(pages, map, EngineModel.KeyOf(key));
            Assert.Equal(Model.Entries.ContainsKey(key), wasThere);
            Model = new(Model.Entries.Remove(key));
        }
    }

    /// <summary>Makes changes and takes them back.</summary>
    public void Undone(Action<EngineBatch> change)
    {
        var savepoint = pages.BeginSavepoint();
        change(new EngineBatch(pages, map, Model));
        pages.RollBackTo(savepoint);
        pages.ReleaseSavepoint(savepoint);
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        BTree.Clear(pages, map);
        Model = EngineModel.Empty;
    }
}

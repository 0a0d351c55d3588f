using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What a map holds after a commit: for each key a value that its version and length determine.</summary>
internal sealed record CrashModel(ImmutableSortedDictionary<int, (int Version, int Length)> Entries)
{
    /// <summary>Nothing.</summary>
    public static CrashModel Empty { get; } = new(ImmutableSortedDictionary<int, (int, int)>.Empty);

    /// <summary>Bytes of a key.</summary>
    public static byte[] KeyOf(int key) => Encoding.ASCII.GetBytes(FormattableString.Invariant($"key-{key:D8}"));

    /// <summary>Bytes of a value; half of them compress to nothing, half to no less.</summary>
    public static byte[] ValueOf(int key, int version, int length)
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

    /// <summary>Null when the map holds exactly this, else what is different.</summary>
    public string? Differs(IReadOnlyDictionary<string, byte[]> found)
    {
        if (found.Count != Entries.Count)
        {
            return FormattableString.Invariant($"{found.Count} entries instead of {Entries.Count}");
        }

        foreach (var (key, (version, length)) in Entries)
        {
            var name = Encoding.ASCII.GetString(KeyOf(key));
            if (!found.TryGetValue(name, out var value) || !value.AsSpan().SequenceEqual(ValueOf(key, version, length)))
            {
                return $"{name} is {(value is null ? "missing" : "another value")}";
            }
        }

        return null;
    }
}

/// <summary>Changes one transaction makes, to the map and to the model alike.</summary>
internal sealed class CrashBatch(PageWriter pages, PageAddress map, CrashModel model)
{
    /// <summary>What the map holds after the changes so far.</summary>
    public CrashModel Model { get; private set; } = model;

    /// <summary>Inserts or replaces an entry.</summary>
    public void Put(int key, int length, int version = 1)
    {
        BTree.Put(pages, map, CrashModel.KeyOf(key), CrashModel.ValueOf(key, version, length));
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
            var wasThere = BTree.Remove(pages, map, CrashModel.KeyOf(key));
            Assert.Equal(Model.Entries.ContainsKey(key), wasThere);
            Model = new(Model.Entries.Remove(key));
        }
    }

    /// <summary>Makes changes and takes them back.</summary>
    public void Undone(Action<CrashBatch> change)
    {
        var savepoint = pages.BeginSavepoint();
        change(new CrashBatch(pages, map, Model));
        pages.RollBackTo(savepoint);
        pages.ReleaseSavepoint(savepoint);
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        BTree.Clear(pages, map);
        Model = CrashModel.Empty;
    }
}

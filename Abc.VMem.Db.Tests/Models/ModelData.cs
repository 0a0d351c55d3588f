using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// What the small numbers of random operations stand for: keys of several types, in the order of their numbers, and
/// contents of any length. Public, as it is written in the scripts that failures print.
/// </summary>
public static class ModelData
{
    /// <summary>The longest text or value.</summary>
    public const int MaxLength = 40_000;

    private const int Positions = 24_000;

    private static readonly byte[] s_bytes = MakeBytes();
    private static readonly string s_text = MakeText();
    private static readonly string[] s_tags = ["red", "green", "blue", "", "a tag that is much longer than the others"];

    /// <summary>A long key, negative below 300; never 0, which an insert would replace.</summary>
    public static long LongKey(int number) => ((number - 300) * 3_000_000_019L) + 1;

    /// <summary>A Guid key; never empty.</summary>
    public static Guid Id(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], ~number);
        return new(bytes, bigEndian: true);
    }

    /// <summary>A string key: long beginnings in common, some branch late.</summary>
    public static string Key(int number)
    {
        var stem = number / 50;
        var room = (stem % 4) switch { 0 => 0, 1 => 20, 2 => 150, _ => 300 };
        return string.Create(
            CultureInfo.InvariantCulture, $"key/{stem:D5}/{new string('é', room / 2)}{number % 50:D2}");
    }

    /// <summary>A key of bytes: zeros, lengths that differ, keys that are the beginning of others.</summary>
    public static byte[] Raw(int number)
    {
        // Three bytes tell it apart; what follows depends on them, so that the order stays that of the numbers.
        var key = new byte[3 + (number % 7 * (number % 11 == 0 ? 40 : 1))];
        (key[0], key[1], key[2]) = ((byte)(number / 16 % 256), (byte)(number % 16 / 4 * 85), (byte)(number % 4));
        return key;
    }

    /// <summary>Text of a length; the same for the same two numbers.</summary>
    public static string Text(int length, int seed) => s_text.Substring(seed % Positions, length);

    /// <summary>Bytes of a length; the same for the same two numbers.</summary>
    public static byte[] Bytes(int length, int seed) => s_bytes.AsSpan(seed % Positions, length).ToArray();

    /// <summary>A document.</summary>
    /// <param name="id">Its key.</param>
    /// <param name="number">Number, and what the label follows from.</param>
    /// <param name="group">Group; negative = null.</param>
    /// <param name="code">Code; negative = null.</param>
    /// <param name="tags">A bit for each tag; the highest one doubles the first tag.</param>
    /// <param name="length">Length of the text.</param>
    /// <param name="seed">The text.</param>
    public static ModelDocument<TKey> Doc<TKey>(
        TKey id, int number, int group, int code, int tags, int length, int seed) =>
        new()
        {
            Id = id,
            Number = number,
            Group = Group(group),
            Code = code < 0 ? null : code,
            Tags = Tags(tags),
            Label = Label(number),
            Text = Text(length, seed),
        };

    /// <summary>The group of a number.</summary>
    public static string? Group(int group) =>
        group < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"group {group}");

    /// <summary>A tag.</summary>
    public static string Tag(int tag) => s_tags[tag];

    /// <summary>A text that follows from the number; some are longer than an index keeps.</summary>
    public static string Label(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{(number % 16 == 0 ? s_text[..320] : "label")} {number % 32:D3}");

    /// <summary>The value of a key; null when there is none.</summary>
    public static byte[]? Get<TKey>(VMemMapView<TKey, byte[]> map, TKey key)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(map);
        return map.TryGetValue(key, out var value) ? value : null;
    }

    /// <summary>The value of a key in a map of bytes, read in both ways; null when there is none.</summary>
    public static byte[]? Get(VMemMapView map, byte[] key)
    {
        ArgumentNullException.ThrowIfNull(map);
        var room = new byte[200];
        byte[]? value = null;
        var isThere = map.TryGet(key, room, out var length);
        Assert.Equal(isThere, map.TryGet(key, ref value, static (bytes, ref value) => value = bytes.ToArray()));
        Assert.Equal(isThere ? value!.Length : 0, length);
        Assert.True(length > room.Length || room.AsSpan(0, length).SequenceEqual(value));
        return value;
    }

    /// <summary>The values of a range of a map of bytes, from either end.</summary>
    public static IEnumerable<byte[]> Range(VMemMapView map, byte[] from, byte[] to, bool descending, int take) =>
        Entries(map, from, to, descending, take).Select(entry => entry.Value);

    /// <summary>The entries of a range of a map of bytes, from either end.</summary>
    internal static IEnumerable<KeyValuePair<byte[], byte[]>> Entries(
        VMemMapView map, byte[] from, byte[] to, bool descending, int take)
    {
        using var cursor = map.Seek(descending ? to : from);
        while (take-- > 0
            && (descending ? cursor.MovePrevious() : cursor.MoveNext())
            && cursor.Key.SequenceCompareTo(from) >= 0
            && cursor.Key.SequenceCompareTo(to) < 0)
        {
            yield return new(cursor.Key.ToArray(), cursor.Value.ToArray());
        }
    }

    /// <summary>Whether the text of a document is the one of a length and a seed; faster than to make it.</summary>
    internal static bool IsText(string text, int length, int seed) =>
        text.AsSpan().SequenceEqual(s_text.AsSpan(seed % Positions, length));

    /// <summary>Whether bytes are those of a length and a seed.</summary>
    internal static bool IsBytes(ReadOnlySpan<byte> bytes, int length, int seed) =>
        bytes.SequenceEqual(s_bytes.AsSpan(seed % Positions, length));

    /// <summary>Whether tags are those of the bits.</summary>
    internal static bool IsTags(List<string> tags, int bits)
    {
        var at = 0;
        for (var i = 0; i < s_tags.Length; i++)
        {
            if ((bits >> i & 1) != 0 && (at == tags.Count || tags[at++] != s_tags[i]))
            {
                return false;
            }
        }

        return (bits >> s_tags.Length & 1) == 0 ? at == tags.Count : at + 1 == tags.Count && tags[at] == s_tags[0];
    }

    private static List<string> Tags(int bits)
    {
        var tags = s_tags.Where((_, i) => (bits >> i & 1) != 0).ToList();
        if ((bits >> s_tags.Length & 1) != 0)
        {
            tags.Add(s_tags[0]);
        }

        return tags;
    }

    private static byte[] MakeBytes()
    {
        // The first half of the positions compresses to nothing.
        var bytes = new byte[Positions + MaxLength];
        new Random(1).NextBytes(bytes.AsSpan(Positions / 2));
        return bytes;
    }

    private static string MakeText()
    {
        var random = new Random(2);
        return string.Create(Positions + MaxLength, random, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)(i % 7 == 0 ? random.Next(0x80, 0x800) : random.Next(' ', '~'));
            }
        });
    }
}

/// <summary>A large item of a list: six to a page.</summary>
[StructLayout(LayoutKind.Sequential, Size = 600)]
public readonly record struct ModelItem(long Value)
{
    /// <summary>An item.</summary>
    public static implicit operator ModelItem(int value) => new(value);
}

using System.Buffers;
using System.Text;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Finds for each element of a list the stored element that it came from, so that what the type doesn't know moves with
/// it: first those that are stored unchanged, then those with the same identity (member Id), then, in a list of the
/// same length whose elements have no identity, those at the same place.
/// </summary>
internal readonly ref struct ListMerge<T>
{
    private readonly T[] _items;
    private readonly ReadOnlySpan<byte> _previous;
    private readonly Range[] _tokens;
    private readonly int[] _matches;

    /// <summary>Matches the elements.</summary>
    public ListMerge(ValueCodec<T> codec, Binding binding, ReadOnlySpan<byte> previous, T[] items)
    {
        _items = items;
        _previous = previous;
        _tokens = DocumentArray.ElementRanges(previous);
        _matches = new int[items.Length];
        Array.Fill(_matches, -1);
        if (_tokens.Length > 0)
        {
            Match(codec, binding);
        }
    }

    /// <summary>Number of elements to write.</summary>
    public int Count => _items.Length;

    /// <summary>An element to write.</summary>
    public T this[int index] => _items[index];

    /// <summary>The stored element that it replaces; empty when it is new.</summary>
    public ReadOnlySpan<byte> PreviousOf(int index) =>
        _matches[index] < 0 ? default : _previous[_tokens[_matches[index]]];

    private void Match(ValueCodec<T> codec, Binding binding)
    {
        var taken = new bool[_tokens.Length];
        var encoded = new string[_items.Length];
        for (var i = 0; i < _items.Length; i++)
        {
            encoded[i] = Encode(codec, binding, _items[i]);
        }

        var (contents, identities) = (new string?[_tokens.Length], new string?[_tokens.Length]);
        for (var i = 0; i < _tokens.Length; i++)
        {
            var token = _previous[_tokens[i]];
            contents[i] = Normalize(codec, binding, token);
            identities[i] = Identity(binding, token);
        }

        Pair(encoded, contents, taken);
        var itemIdentities = Array.ConvertAll(encoded, item => Identity(binding, Encoding.Latin1.GetBytes(item)));
        Pair(itemIdentities, identities, taken);
        if (_tokens.Length == _items.Length && binding is not ObjectBinding { IdentityOrdinal: >= 0 })
        {
            for (var i = 0; i < _matches.Length; i++)
            {
                _matches[i] = _matches[i] < 0 && !taken[i] ? i : _matches[i];
            }
        }
    }

    // Pairs equal texts in order; a null pairs with nothing.
    private void Pair(string?[] items, string?[] stored, bool[] taken)
    {
        var free = new Dictionary<string, Queue<int>>();
        for (var i = 0; i < stored.Length; i++)
        {
            if (stored[i] is { } key && !taken[i])
            {
                (free.TryGetValue(key, out var queue) ? queue : free[key] = new Queue<int>()).Enqueue(i);
            }
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (_matches[i] < 0 && items[i] is { } key && free.TryGetValue(key, out var queue)
                && queue.TryDequeue(out var match))
            {
                _matches[i] = match;
                taken[match] = true;
            }
        }
    }

    private static string? Identity(Binding binding, ReadOnlySpan<byte> token)
    {
        if (binding is not ObjectBinding { IdentityOrdinal: >= 0 and var ordinal } || token[0] == TokenCode.Nil)
        {
            return null;
        }

        var elements = DocumentArray.ElementRanges(token);
        return ordinal < elements.Length ? Encoding.Latin1.GetString(token[elements[ordinal]]) : null;
    }

    // What the stored element would be written as by this type; null when the type can't read it.
    private static string? Normalize(ValueCodec<T> codec, Binding binding, ReadOnlySpan<byte> token)
    {
        try
        {
            var reader = new DocumentReader(token);
            return Encode(codec, binding, codec.Read(ref reader, binding));
        }
        catch (DocumentFault)
        {
            return null;
        }
    }

    private static string Encode(ValueCodec<T> codec, Binding binding, T item)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new DocumentWriter(buffer);
        codec.Write(ref writer, item, binding);
        writer.Flush();
        return Encoding.Latin1.GetString(buffer.WrittenSpan);
    }
}
